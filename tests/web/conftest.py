"""The pages' frame on an application of its own: no database, no API."""

from __future__ import annotations

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from flask_babel import Babel

from server.web import pages, shell


@pytest.fixture
def app() -> Flask:
    app = Flask("pages", static_folder=None)
    app.secret_key = "for tests"
    Babel(app, "vi", default_translation_directories=str(pages.LOCALE), locale_selector=shell.choose_language)
    shell.init_app(app)
    app.register_blueprint(pages.blueprint(default_office=lambda: "demo"))

    @app.get("/broken")
    def broken() -> str:
        abort(500)

    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
