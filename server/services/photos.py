"""Officers' photographs: what comes in is read as a picture and drawn anew, so that nothing else comes in with it."""

from __future__ import annotations

import hashlib
import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from server.domain.errors import N_ as _
from server.domain.errors import Invalid, NotFound
from server.services.access import Actor
from server.services.ports import Transaction, UnitOfWork
from server.services.staff import own_account

UPLOAD_MAX = 8 * 1024 * 1024
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000
LEAST_SIDE = 96
SIDE = 480
"""Large enough for a tablet that shows it half a hand high."""
ADDRESS = "/api/v1/photos/{digest}"


class PhotoRefused(Invalid):
    code, text = "photo_refused", _("Không dùng được ảnh này: %(detail)s")


def portrait(data: bytes) -> bytes:
    """A square JPEG of a photograph, upright, without what the camera wrote beside it (place, time, device)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise PhotoRefused(detail=f"{picture.width} × {picture.height}")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError,
            Image.DecompressionBombWarning):  # fmt: skip
        raise PhotoRefused(detail="JPEG, PNG, WebP") from None
    if min(upright.size) < LEAST_SIDE:
        raise PhotoRefused(detail=f"< {LEAST_SIDE} px")
    # Faces stand in the upper half of what people take of each other.
    square = ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS, centering=(0.5, 0.35))
    # Saving would write out what the opened picture carries along, such as its comment: only pixels are taken over.
    clean = Image.new("RGB", square.size)
    clean.paste(square)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def put_photo(tx: Transaction, actor: Actor, username: str, data: bytes) -> str:
    """Give a person of this office a photograph; its address."""
    person = own_account(tx, username)
    if person is None:
        raise NotFound()
    picture = portrait(data)
    digest = hashlib.sha256(picture).hexdigest()[:32]
    _forget(tx, person["id"])
    tx.add("staff_photo", {"staff_id": person["id"], "digest": digest, "picture": picture})
    address = ADDRESS.format(digest=digest)
    tx.change("staff", {"id": person["id"]}, {"photo": address})
    tx.audit(actor.label, "staff.photo", subject=username, address=actor.address, detail={"digest": digest})
    tx.reconfigure()
    return address


def remove_photo(tx: Transaction, actor: Actor, username: str) -> None:
    """Initials again; the picture itself is gone."""
    person = own_account(tx, username)
    if person is None:
        raise NotFound()
    _forget(tx, person["id"])
    tx.change("staff", {"id": person["id"]}, {"photo": None})
    tx.audit(actor.label, "staff.photo", subject=username, address=actor.address, detail={"digest": None})
    tx.reconfigure()


def picture(uow: UnitOfWork, digest: str) -> bytes:
    """A photograph by its address, which nobody can guess who has not been shown it."""
    row = uow.first("staff_photo", digest=digest) if digest.isalnum() else None
    if row is None:
        raise NotFound()
    return bytes(row["picture"])


def _forget(tx: Transaction, staff_id: str) -> None:
    if tx.rows("staff_photo", staff_id=staff_id):
        tx.remove("staff_photo", {"staff_id": staff_id})
