"""A photograph comes in as pixels and as nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from server.services.photos import PhotoRefused, portrait
from tests.api.conftest import Person

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><script>alert(1)</script></svg>'


def photo(size: tuple[int, int] = (600, 800), format: str = "JPEG", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (160, 90, 60)).save(out, format, **more)
    return out.getvalue()


def with_place() -> bytes:
    """A picture as a phone takes it: lying on its side, with the maker, the place and a note in it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Telephone"
    exif.get_ifd(0x8825)[1] = "N"
    return photo((800, 600), exif=exif, comment=b"at home")


@pytest.fixture
def admin(sign_in: Callable[[str], Person]) -> Person:
    return sign_in("admin")


def send(person: Person, data: bytes, username: str = "officer1") -> Any:
    headers = person.headers | {"Content-Type": "application/octet-stream"}
    return person.client.put(f"/api/v1/offices/demo/staff/{username}/photo", data=data, headers=headers)


def test_what_is_kept_is_a_small_upright_square_without_anything_else() -> None:
    kept = portrait(with_place())
    picture = Image.open(io.BytesIO(kept))
    assert (picture.format, picture.size, len(picture.getexif())) == ("JPEG", (480, 480), 0)
    assert b"Telephone" not in kept and b"at home" not in kept and len(kept) < 60_000


@pytest.mark.parametrize(
    "data",
    [
        SVG, b"", b"GIF89a" + b"\0" * 40, b"%PDF-1.7", photo()[:300], b"\xff\xd8\xff" + b"<script>" * 99,
        photo(format="BMP"), photo(format="TIFF"), photo((40, 40)),
    ],
    ids=["svg", "nothing", "gif", "pdf", "cut", "script", "bmp", "tiff", "tiny"],
)  # fmt: skip
def test_what_is_no_photograph_is_refused_with_a_code(admin: Person, data: bytes) -> None:
    answer = send(admin, data)
    assert (answer.status_code, answer.json["code"]) == (422, "photo_refused")


def test_a_small_file_that_unfolds_into_a_huge_picture_is_refused() -> None:
    with pytest.raises(PhotoRefused):
        portrait(photo((9000, 9000), "PNG"))


def test_a_photograph_is_shown_where_citizens_rate_and_goes_again(
    admin: Person, anybody: Person, officer: Person, kiosk: Person, sign_in: Callable[[str], Person]
) -> None:
    answer = send(admin, photo(format="WEBP"))
    assert answer.status_code == 200, answer.json
    address = answer.json["photo"]
    shown = anybody.client.get(address)
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    floor = officer.get("/offices/demo/floor").json or {}
    assert floor["counters"][0]["officer"]["photo"] == address
    assert send(sign_in("head"), photo()).status_code == 403
    assert send(admin, photo(), "nobody").status_code == 404
    removed = admin.client.delete("/api/v1/offices/demo/staff/officer1/photo", headers=admin.headers)
    assert removed.status_code == 204
    assert anybody.client.get(address).status_code == 404


def test_too_large_a_file_is_refused_before_it_is_read(admin: Person) -> None:
    answer = send(admin, b"\xff\xd8\xff" + b"\0" * (9 * 1024 * 1024))
    assert answer.status_code == 413
