"""What the paper says is an office's to set, and is seen before it is saved; kiosk and server say the same."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from PIL import Image

from server.app import Server
from tests.api.conftest import Person

STYLE = {
    "heading": {"vi": "MỜI QUÝ KHÁCH GIỮ PHIẾU", "en": "PLEASE KEEP"}, "footer": {"vi": "Cảm ơn ông/bà"},
    "show": ["counters", "qr"],
}  # fmt: skip


@pytest.fixture
def admin(sign_in: Callable[[str], Person]) -> Person:
    return sign_in("admin")


def preview(person: Person, ticket: Any = None, **words: str) -> Any:
    asked = urlencode({"ticket": ticket if isinstance(ticket, str) else json.dumps(ticket or {}), **words})
    return person.get(f"/offices/demo/ticket/preview?{asked}")


def test_the_preview_is_the_printers_own_picture(admin: Person) -> None:
    plain, wide = (Image.open(io.BytesIO(preview(admin, paper=mm).data)) for mm in ("58", "80"))
    assert (plain.size[0], wide.size[0], plain.mode) == (384, 576, "1")
    short = Image.open(io.BytesIO(preview(admin, {"show": []}).data))
    assert short.size[1] < wide.size[1] - 150, "what is not shown takes no paper"
    assert preview(admin).data != preview(admin, STYLE).data != preview(admin, STYLE, language="en").data
    assert preview(admin, priority="1").data != preview(admin).data


@pytest.mark.parametrize(
    ("ticket", "words", "status"),
    [
        ({"show": ["name"]}, {}, 422), ("not json", {}, 422), ({"heading": {"en": "x"}}, {}, 422),
        ({}, {"paper": "210"}, 422), ({}, {"language": "fr"}, 422), ({}, {"service": "Z"}, 404),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(admin: Person, ticket: Any, words: dict[str, str], status: int) -> None:
    assert preview(admin, ticket, **words).status_code == status


def test_saved_it_is_what_comes_out_of_the_printer(admin: Person, kiosk: Person, server: Server) -> None:
    config = admin.get("/offices/demo/config").json or {}
    config["office"]["ticket"] = STYLE
    answer = admin.client.put("/api/v1/offices/demo/config", json=config, headers=admin.headers)
    assert answer.status_code == 200 and answer.json["office"]["ticket"] == STYLE, answer.json
    ticket = kiosk.take("A")
    job = server.system.uow.first("print_job", ticket_id=ticket["id"]) or {}
    content = job["content"]
    assert (content["heading"], content["footer"]) == ("MỜI QUÝ KHÁCH GIỮ PHIẾU", "Cảm ơn ông/bà")
    assert content["qr"] == ticket["track_url"] and content["counters"] == "Quầy 1, 2"
    assert [content[part] for part in ("ahead", "wait", "papers", "hotline")] == [None] * 4
    labels = (kiosk.get("/offices/demo").json or {})["texts"]["ticket"]
    assert (labels["en"]["heading"], labels["en"]["footer"]) == ("PLEASE KEEP", "Cảm ơn ông/bà")
    assert labels["vi"]["services"]["A"]["papers"] is None and labels["vi"]["hotline"] is None
