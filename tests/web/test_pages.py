import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel

from server.web import pages, shell

PAGES = ["/", "/login", "/console", "/floor", "/admin", "/rate?counter=3", "/today"]


def config_of(html: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="config">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found.group(1))


@pytest.mark.parametrize("path", PAGES)
def test_every_script_of_a_page_has_the_nonce_of_its_policy(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    nonce = re.search(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"])[1]
    scripts = re.findall(r"<script ([^>]*)>", page.text)
    runs = [script for script in scripts if "application/json" not in script]
    assert runs
    assert all(f'nonce="{nonce}"' in script for script in runs)
    assert "unsafe" not in page.headers["Content-Security-Policy"]


def test_a_nonce_is_never_used_twice(client: FlaskClient) -> None:
    policies = {client.get("/login").headers["Content-Security-Policy"] for _ in range(5)}
    assert len(policies) == 5


@pytest.mark.parametrize("path", PAGES)
def test_every_file_that_a_page_names_is_served(client: FlaskClient, path: str) -> None:
    html = client.get(path).text
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', html))
    files |= set(re.findall(r'": "(/static/[^"]+\.js)"', html))
    assert files
    assert {file: status_of(client, file) for file in files} == dict.fromkeys(files, 200)


def status_of(client: FlaskClient, path: str) -> int:
    with client.get(path) as response:
        return response.status_code


def test_the_first_page_shows_only_screens_that_exist(client: FlaskClient) -> None:
    html = client.get("/").text
    assert 'href="/console"' in html
    assert 'href="/kiosk"' not in html, "that page comes from another room, which is not here"


def test_without_an_office_the_first_page_says_what_to_type() -> None:
    app = Flask("pages", static_folder=None)
    Babel(app, "vi", default_translation_directories=str(pages.LOCALE), locale_selector=shell.choose_language)
    shell.init_app(app)
    app.register_blueprint(pages.blueprint(default_office=lambda: ""))
    html = app.test_client().get("/").text
    assert "motcua office new phuong-x" in html and "motcua user add admin" in html
    assert 'href="/console"' not in html, "nothing to open yet"


def test_pages_speak_vietnamese_until_somebody_asks_for_english(client: FlaskClient) -> None:
    browser_in_english = {"Accept-Language": "en-US"}
    assert '<html lang="vi"' in client.get("/", headers=browser_in_english).text
    assert '<html lang="en"' in client.get("/?lang=en").text
    assert '<html lang="en"' in client.get("/login").text, "the choice is kept"


def test_an_unknown_language_is_not_spoken(client: FlaskClient) -> None:
    assert '<html lang="vi"' in client.get("/?lang=xx").text


def test_the_texts_of_pages_are_one_catalogue(client: FlaskClient) -> None:
    assert client.get("/i18n/vi.json").json == {"language": "vi", "messages": {}}
    english = client.get("/i18n/en.json")
    assert english.json["messages"]["Bàn làm việc"] == "Officer's desk"
    again = client.get("/i18n/en.json", headers={"If-None-Match": english.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/i18n/xx.json").status_code == 404


def test_an_error_is_a_designed_page_that_says_what_to_do(client: FlaskClient) -> None:
    missing = client.get("/nowhere")
    assert missing.status_code == 404
    assert "Không có trang này" in missing.text
    broken = client.get("/broken")
    assert broken.status_code == 500
    assert "Các số đã phát vẫn được giữ" in broken.text
    wrong_method = client.post("/login")
    assert wrong_method.status_code == 405
    assert "GET" in wrong_method.headers["Allow"]


def test_the_page_knows_its_office_and_counter(client: FlaskClient) -> None:
    assert config_of(client.get("/rate?counter=3").text) == {"office": "demo", "counter": 3}
    assert config_of(client.get("/console?office=ward-7").text)["office"] == "ward-7"


def test_a_configuration_cannot_break_out_of_its_script(client: FlaskClient) -> None:
    html = client.get("/console", query_string={"office": "</script><script>alert(1)</script>"}).text
    assert "<script>alert" not in html
    assert config_of(html)["office"] == "</script><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("asked", "goes_to"),
    [
        ("/floor", "/floor"),
        ("/console?office=a", "/console?office=a"),
        ("", "/console"),
        ("https://evil.example/", "/console"),
        ("//evil.example/", "/console"),
        ("/\\evil.example", "/console"),
        ("javascript:alert(1)", "/console"),
    ],
)
def test_signing_in_leads_nowhere_else(client: FlaskClient, asked: str, goes_to: str) -> None:
    assert config_of(client.get("/login", query_string={"next": asked}).text)["next"] == goes_to
