"""Signage: files that are taken or refused, playlists, what screens are given, and how it is served."""

from __future__ import annotations

import io
import json
import random
import shutil
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from server.app import Server
from tests.api.conftest import Clock, Person

OFFICE = "/offices/demo"


def picture(form: str = "PNG", size: tuple[int, int] = (640, 400), mode: str = "RGB", **how: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "#a11d21" if mode == "RGB" else 0).save(out, form, **how)
    return out.getvalue()


def noisy(form: str) -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", (400, 300), random.Random(1).randbytes(360_000)).save(out, form)
    return out.getvalue()


def film(path: Path, *how: str, seconds: float = 2) -> bytes:
    source = f"testsrc=size=320x240:rate=10:duration={seconds}"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, *how, str(path)], check=True)
    return path.read_bytes()


def send(person: Person, data: bytes, name: str = "áp phích.png") -> TestResponse:
    return person.client.post(
        f"/api/v1{OFFICE}/media", query_string={"name": name}, data=data, content_type="application/octet-stream",
        headers=person.headers | {"Accept-Language": "vi"},
    )  # fmt: skip


def put(person: Person, lists: list[Any], edition: str | None = None) -> TestResponse:
    now = dict(person.get(f"{OFFICE}/signage/settings").json or {})
    body = {"edition": now["edition"] if edition is None else edition, "lists": lists}
    return person.client.put(f"/api/v1{OFFICE}/signage", json=body, headers=person.headers)


def read(answer: TestResponse) -> bytes:
    """The body of an answer that comes from a file, with the file closed."""
    data = answer.get_data()
    answer.close()
    return data


@pytest.fixture
def head(sign_in: Callable[[str], Person]) -> Person:
    return sign_in("head")


# ---- what is taken ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "kept"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/jpeg")]
)
def test_a_picture_is_made_anew_without_what_was_hidden_in_it(
    head: Person, anybody: Person, form: str, kept: str
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "chụp ở nhà riêng"
    comment = {"comment": "chụp ở nhà riêng".encode()} if form == "JPEG" else {}
    answer = send(head, picture(form, exif=exif, **comment))
    assert answer.status_code == 201, answer.json
    found = answer.json or {}
    assert (found["type"], found["width"], found["height"], found["name"]) == (kept, 640, 400, "áp phích.png")
    shown = anybody.client.get(found["url"])
    assert (shown.mimetype, shown.headers["X-Content-Type-Options"]) == (kept, "nosniff")
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in shown.headers["Cache-Control"]
    data = read(shown)
    assert "nhà riêng".encode() not in data and b"Exif" not in data
    assert Image.open(io.BytesIO(data)).size == (640, 400)


def test_a_large_photograph_is_made_smaller_and_turned_upright(head: Person) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the camera on its side
    found = send(head, picture("JPEG", (5000, 3000), exif=exif)).json or {}
    assert (found["width"], found["height"]) == (2304, 3840)


def test_a_transparent_poster_stands_on_white(head: Person, anybody: Person) -> None:
    found = send(head, picture("PNG", mode="RGBA")).json or {}
    data = read(anybody.client.get(found["url"]))
    assert Image.open(io.BytesIO(data)).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("name", "how", "kind"),
    [("f.mp4", ["-c:v", "libx264", "-pix_fmt", "yuv420p"], "video/mp4"), ("f.webm", ["-c:v", "libvpx"], "video/webm")],
)
def test_a_film_is_measured_and_served_in_ranges(
    head: Person, anybody: Person, tmp_path: Path, name: str, how: list[str], kind: str
) -> None:
    data = film(tmp_path / name, *how)
    found = send(head, data, name).json or {}
    assert (found["type"], found["width"], found["height"]) == (kind, 320, 240)
    assert found["seconds"] == pytest.approx(2, abs=0.2)
    part = anybody.client.get(found["url"], headers={"Range": "bytes=10-19"})
    assert (part.status_code, read(part)) == (206, data[10:20])


def test_the_same_file_twice_is_one(head: Person) -> None:
    first, again = send(head, picture()).json or {}, send(head, picture(), "khác.png").json or {}
    assert first["digest"] == again["digest"]
    assert len((head.get(f"{OFFICE}/signage/settings").json or {})["media"]) == 1


# ---- what is refused --------------------------------------------------------------------------------------------


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that unfolds into gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(3_000_000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


def lying_png() -> bytes:
    """It says that it is small, and its text unfolds into hundreds of megabytes."""
    base = picture()
    text = b"c\0\0" + zlib.compress(bytes(300_000_000), 9)
    extra = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    return base[:33] + extra + base[33:]


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("run.js", "alert(1)")
    return out.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "media_empty"),
    "svg with a script": (lambda: b'<?xml version="1.0"?><svg><script>alert(1)</script></svg>', "media_svg"),
    "svg behind spaces": (lambda: b"\n\n  <SVG onload=alert(1)>", "media_svg"),
    "a page": (lambda: b"<!doctype html><script>alert(1)</script>", "media_type_unknown"),
    "a program": (lambda: b"MZ" + bytes(9000), "media_type_unknown"),
    "a pdf": (lambda: b"%PDF-1.7 ...", "media_type_unknown"),
    "a gif": (lambda: picture("GIF", mode="L"), "media_type_unknown"),
    "a bmp": (lambda: picture("BMP"), "media_type_unknown"),
    "zip bomb": (lambda: bomb(100_000, 100_000), "media_dimensions"),
    "zip bomb within the sides": (lambda: bomb(11_000, 11_000), "media_dimensions"),
    "zip bomb in a text": (lying_png, "media_damaged"),
    "too small": (lambda: picture(size=(60, 400)), "media_dimensions"),
    "too wide": (lambda: picture(size=(12_500, 200)), "media_dimensions"),
    "torn png": (lambda: noisy("PNG")[:20_000], "media_damaged"),
    "torn jpeg": (lambda: noisy("JPEG")[:10_000], "media_damaged"),
    "torn webp": (lambda: noisy("WEBP")[:10_000], "media_damaged"),
    "png in name only": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), "media_damaged"),
    "broken inside": (lambda: (data := noisy("PNG"))[:5000] + bytes(40) + data[5040:], "media_damaged"),
    "png and zip": (lambda: picture() + archive(), "media_hides_another"),
    "jpeg and zip": (lambda: picture("JPEG") + archive(), "media_hides_another"),
    "png and page": (lambda: picture() + b"<html><script>alert(1)</script>", "media_hides_another"),
    "png and something": (lambda: picture() + b"something", "media_hides_another"),
    "jpeg with a script inside": (lambda: picture("JPEG", comment=b"<script>alert(1)</script>"), "media_hides_another"),
    "webp and something": (lambda: picture("WEBP") + b"something", "media_hides_another"),
    "moving png": (
        lambda: picture("PNG", save_all=True, append_images=[Image.new("RGB", (640, 400), "white")]), "media_animated",
    ),
    "mp4 in name only": (lambda: b"\0\0\0\x18ftypisom" + bytes(500), "media_damaged"),
    "webm in name only": (lambda: b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(500), "media_damaged"),
    "a picture as film": (lambda: b"\0\0\0\x18ftypheic" + bytes(500), "media_type_unknown"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_with_a_code_and_leaves_nothing(head: Person, tmp_path: Path, case: str) -> None:
    make, code = HOSTILE[case]
    answer = send(head, make(), "ảnh.png")
    assert answer.json and (answer.status_code, answer.json["code"]) == (422, code)
    assert (head.get(f"{OFFICE}/signage/settings").json or {})["media"] == []
    assert list((tmp_path / "incoming").iterdir()) == []
    assert not list((tmp_path / "media").glob("??/*"))


def test_each_refusal_has_a_text_in_both_languages(server: Server) -> None:
    from flask_babel import force_locale

    from server.caller import error_text
    from server.services.media import REFUSALS

    with server.app.test_request_context("/api/v1/x"):
        for code, kind in REFUSALS.items():
            with force_locale("en"):
                english = error_text(kind())
            assert english != kind.text, code


@pytest.mark.parametrize(
    ("how", "seconds", "code"),
    [
        (["-c:v", "mpeg4"], 1, "video_codec"),
        (["-c:v", "libx264", "-pix_fmt", "yuv420p", "-r", "1"], 700, "video_too_long"),
        (["-c:v", "libx264", "-pix_fmt", "yuv420p", "-vf", "scale=100:80"], 1, "media_dimensions"),
    ],
)
def test_a_film_that_boards_cannot_show_is_refused(
    head: Person, tmp_path: Path, how: list[str], seconds: float, code: str
) -> None:
    answer = send(head, film(tmp_path / "f.mp4", *how, seconds=seconds), "f.mp4")
    assert answer.json and (answer.status_code, answer.json["code"]) == (422, code)


def test_a_film_cut_off_in_the_middle_is_refused(head: Person, tmp_path: Path) -> None:
    data = film(tmp_path / "f.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p")
    answer = send(head, data[: len(data) // 2], "f.mp4")
    assert answer.json and answer.json["code"] == "media_damaged"


def test_without_ffprobe_films_are_refused_with_what_to_install(
    head: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = film(tmp_path / "f.webm", "-c:v", "libvpx")
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name, **how: None if name == "ffprobe" else which(name, **how))
    answer = send(head, data, "f.webm")
    assert answer.json and answer.json["code"] == "video_check_missing"
    assert "ffmpeg" in answer.json["detail"]


def test_a_picture_over_its_limit_is_refused(head: Person) -> None:
    answer = send(head, picture("JPEG") + bytes(20_000_000))
    assert answer.json and (answer.status_code, answer.json["code"]) == (422, "media_too_large")


# ---- playlists --------------------------------------------------------------------------------------------------


def items(digest: str) -> list[dict[str, Any]]:
    return [
        {"kind": "picture", "media": digest, "seconds": 8},
        {"kind": "notice", "text": {"vi": "Nghỉ lễ ngày 2/9", "en": "Closed on 2 September"}, "seconds": 10},
        {"kind": "papers", "service": "A", "seconds": 20},
        {"kind": "waits", "seconds": 12},
        {"kind": "figures", "seconds": 12},
        {"kind": "ticker", "text": {"vi": "Nộp hồ sơ qua mạng không phải chờ"}},
    ]


def test_a_playlist_goes_from_the_editor_to_the_screens_and_the_office_file(
    head: Person, anybody: Person, sign_in: Callable[[str], Person]
) -> None:
    digest = (send(head, picture()).json or {})["digest"]
    schedule = {"first": "2026-11-01", "last": "2026-11-30", "weekdays": [0, 4], "hours": [["07:30", "11:30"]]}
    lists = [
        {"name": "Tháng 11", "zone": "Khu A", "active": True, "schedule": schedule, "items": items(digest)},
        {"name": "Đang soạn", "active": False, "schedule": {}, "items": items(digest)},
    ]
    answer = put(head, lists)
    assert answer.status_code == 200, answer.json
    shown = anybody.get(f"{OFFICE}/signage").json or {}
    [only] = shown["lists"]
    assert (only["zone"], only["schedule"]) == ("Khu A", schedule)
    assert [item["kind"] for item in only["items"]] == ["picture", "notice", "papers", "waits", "figures", "ticker"]
    assert only["items"][0]["url"].endswith(digest)
    assert only["items"][2]["service"]["vi"] == "Hộ tịch" and len(only["items"][2]["papers"]) == 3
    again = anybody.get(f"{OFFICE}/signage", headers={"If-None-Match": f'"{shown["edition"]}"'})
    assert again.status_code == 304

    admin = sign_in("admin")
    written = admin.get(f"{OFFICE}/config?format=yaml").text
    assert digest in written and "Tháng 11" in written
    config = dict(admin.get(f"{OFFICE}/config").json or {})
    config["office"]["signage"] = config["office"]["signage"][:1]
    body = {"config_version": config["config_version"], "office": config["office"]}
    assert admin.client.put(f"/api/v1{OFFICE}/config", json=body, headers=admin.headers).status_code == 200
    assert [each["name"] for each in (head.get(f"{OFFICE}/signage/settings").json or {})["lists"]] == ["Tháng 11"]


def test_two_people_who_edit_at_once_do_not_lose_each_other(head: Person) -> None:
    old = (head.get(f"{OFFICE}/signage/settings").json or {})["edition"]
    one = [{"name": "Một", "items": [{"kind": "waits"}]}]
    assert put(head, one).status_code == 200
    answer = put(head, [], edition=old)
    assert answer.json and (answer.status_code, answer.json["code"]) == (409, "signage_changed")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "picture", "media": "no digest"},
        {"kind": "page", "url": "https://example.org"},
        {"kind": "notice", "text": {"vi": ""}},
        {"kind": "notice", "text": {"vi": "x"}, "seconds": 0},
        {"kind": "waits", "seconds": 9999},
    ],
)
def test_an_item_that_nobody_could_show_is_refused(head: Person, wrong: dict[str, Any]) -> None:
    answer = put(head, [{"name": "x", "items": [wrong]}])
    assert answer.json and (answer.status_code, answer.json["code"]) == (422, "invalid_request")


def test_a_file_that_nobody_brought_and_one_that_is_in_use(head: Person) -> None:
    missing = put(head, [{"name": "x", "items": [{"kind": "picture", "media": "0" * 64}]}])
    assert missing.json and missing.json["code"] == "media_missing"
    digest = (send(head, picture()).json or {})["digest"]
    put(head, [{"name": "x", "items": [{"kind": "picture", "media": digest}]}])
    path = f"/api/v1{OFFICE}/media/{digest}"
    used = head.client.delete(path, headers=head.headers)
    assert used.json and (used.status_code, used.json["code"]) == (409, "media_in_use")
    put(head, [])
    assert head.client.delete(path, headers=head.headers).status_code == 204
    assert head.client.get(path).status_code == 404


def test_what_is_gone_is_left_out_and_the_rest_goes_on(head: Person, anybody: Person, server: Server) -> None:
    office_file = [{"name": "x", "items": [{"kind": "picture", "media": "0" * 64}, {"kind": "papers", "service": "Z"},
                                           {"kind": "waits", "seconds": 12}]}]  # fmt: skip
    from server.services import signage

    with server.system.uow.command("demo") as tx:
        signage.put(tx, office_file)
    [only] = (anybody.get(f"{OFFICE}/signage").json or {})["lists"]
    assert [item["kind"] for item in only["items"]] == ["waits"]


def test_the_papers_and_the_fee_of_a_procedure(
    head: Person, anybody: Person, sign_in: Callable[[str], Person]
) -> None:
    admin = sign_in("admin")
    config = dict(admin.get(f"{OFFICE}/config").json or {})
    config["office"]["services"][0]["procedures"] = [{
        "code": "1.001193", "names": {"vi": "Đăng ký khai sinh"}, "papers": [{"vi": "Giấy chứng sinh"}],
        "fee": {"vi": "Miễn phí"}, "time_limit": {"vi": "Trong ngày"},
    }]  # fmt: skip
    body = {"config_version": config["config_version"], "office": config["office"]}
    assert admin.client.put(f"/api/v1{OFFICE}/config", json=body, headers=admin.headers).status_code == 200
    put(head, [{"name": "x", "items": [{"kind": "papers", "service": "A", "procedure": "1.001193"}]}])
    [only] = (anybody.get(f"{OFFICE}/signage").json or {})["lists"]
    assert (only["items"][0]["names"]["vi"], only["items"][0]["fee"]["vi"]) == ("Đăng ký khai sinh", "Miễn phí")


def test_the_offices_figures_are_shares_and_only_of_many(
    officer: Person, kiosk: Person, anybody: Person, device: Callable[[str], Person], clock: Clock
) -> None:
    assert (anybody.get(f"{OFFICE}/signage/figures").json or {})["satisfied_pct"] is None
    panel = device("panel")
    for n in range(10):
        kiosk.take()
        ticket = officer.next()
        clock.turn(minutes=1)
        officer.do(ticket, "start")
        clock.turn(minutes=3)
        officer.do(ticket, "finish")
        level = "satisfied" if n else "dissatisfied"
        body = {"level": level} | ({} if n else {"reasons": ["attitude"]})
        assert panel.post(f"{OFFICE}/counters/1/rating", body, key=f"r{n}").status_code == 201
    clock.turn(minutes=2)
    told = anybody.get(f"{OFFICE}/signage/figures").json or {}
    assert (told["satisfied_pct"], told["service_in_time_pct"], told["wait_in_time_pct"]) == (90.0, 100.0, 100.0)
    assert "officer" not in json.dumps(told)


def test_files_nobody_points_to_are_given_back_after_a_day(head: Person, server: Server, tmp_path: Path) -> None:
    import os
    import time

    store = server.system.media
    old, young = store.put(b"old"), store.put(b"young")
    kept = (send(head, picture()).json or {})["digest"]
    for digest in (old, kept):
        os.utime(store.path(digest), (time.time() - 90_000,) * 2)
    send(head, noisy("JPEG"))
    assert [store.path(digest).exists() for digest in (old, young, kept)] == [False, True, True]
