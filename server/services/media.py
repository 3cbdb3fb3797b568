"""Files that an office brings for its screens: what is taken, and how it is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from server.domain.errors import N_ as _
from server.domain.errors import Conflict, Invalid, NotFound
from server.services.access import Actor
from server.services.ports import Json, MediaFiles, Transaction, UnitOfWork

PICTURE_MAX = 20_000_000
VIDEO_MAX = 200_000_000
OFFICE_MAX = 2_000_000_000


class MediaRefused(Invalid):
    """Nothing was kept."""

    code, text = "media_refused", _("Tệp này không nhận được.")


class MediaEmpty(MediaRefused):
    code, text = "media_empty", _("Tệp rỗng.")


class MediaTooLarge(MediaRefused):
    code, text = "media_too_large", _("Tệp lớn quá. Ảnh nhiều nhất 20 MB, video nhiều nhất 200 MB.")


class MediaTypeUnknown(MediaRefused):
    code, text = "media_type_unknown", _("Không phải ảnh PNG, JPEG, WebP hay video MP4, WebM (xem theo nội dung tệp).")


class MediaSvg(MediaRefused):
    code, text = "media_svg", _("Không nhận ảnh SVG vì có thể chứa mã lệnh. Hãy xuất ra PNG.")


class MediaDamaged(MediaRefused):
    code, text = "media_damaged", _("Tệp hỏng hoặc bị đứt giữa chừng. Hãy xuất lại tệp.")


class MediaDimensions(MediaRefused):
    code, text = (
        "media_dimensions",
        _("Kích thước không dùng được: cạnh từ 200 đến 12000 điểm ảnh, ảnh nhiều nhất 40 triệu điểm, video đến 4K."),
    )


class MediaAnimated(MediaRefused):
    code, text = "media_animated", _("Không nhận ảnh động. Hãy gửi video MP4 hoặc WebM.")


class MediaHidesAnother(MediaRefused):
    code, text = "media_hides_another", _("Trong tệp có giấu một tệp khác. Hãy xuất lại từ phần mềm gốc.")


class VideoCheckMissing(MediaRefused):
    code, text = (
        "video_check_missing",
        _("Máy chủ chưa kiểm tra được video. Người quản trị máy chủ cần cài gói ffmpeg."),
    )


class VideoCodec(MediaRefused):
    code, text = (
        "video_codec",
        _("Trình duyệt trên bảng không phát được kiểu mã hoá này. Hãy dùng H.264, VP8, VP9 hay AV1."),
    )


class VideoTooLong(MediaRefused):
    code, text = "video_too_long", _("Video dài quá 10 phút.")


class MediaQuota(MediaRefused):
    code, text = "media_quota", _("Kho ảnh và video của đơn vị đã đầy. Hãy xoá bớt tệp không dùng.")


class MediaInUse(Conflict):
    code, text = "media_in_use", _("Tệp đang có trong danh sách phát. Hãy bỏ khỏi danh sách trước.")


class MediaNotFound(NotFound):
    code, text = "media_not_found", _("Không có tệp này.")


REFUSALS: dict[str, type[MediaRefused]] = {
    kind.code: kind
    for kind in (
        MediaEmpty, MediaTooLarge, MediaTypeUnknown, MediaSvg, MediaDamaged, MediaDimensions, MediaAnimated,
        MediaHidesAnother, VideoCheckMissing, VideoCodec, VideoTooLong,
    )
}  # fmt: skip


class Intake(Protocol):
    """Looks into a file and makes it fit for a screen: {type, width, height, seconds, file}, or {refused: code}."""

    def __call__(self, incoming: Path) -> Json: ...


def taken(uow: UnitOfWork, files: MediaFiles, intake: Intake, office_id: str, incoming: Path) -> Json:
    """A file checked and kept; a row for it still has to be written. Outside the transaction: it takes seconds."""
    if incoming.stat().st_size == 0:
        raise MediaEmpty()
    if sum(int(row["size"]) for row in uow.rows("media", office_id=office_id)) > OFFICE_MAX:
        raise MediaQuota()
    made = intake(incoming)
    if "refused" in made:
        raise REFUSALS.get(made["refused"], MediaRefused)()
    path: Path = made.pop("file")
    return made | {"digest": files.take(path), "size": path.stat().st_size}


def keep(tx: Transaction, actor: Actor, name: str, made: Json) -> Json:
    """The file's row; the same file brought again keeps its first name."""
    office_id = tx.hall.config.id
    found = tx.rows("media", office_id=office_id, digest=made["digest"])
    if found:
        return found[0]
    row = made | {"name": printable(name), "at": tx.now, "actor": actor.label}
    tx.add("media", row)
    tx.audit(actor.label, "media.add", subject=row["name"][:80], address=actor.address, detail={"type": made["type"]})
    return row


def remove(tx: Transaction, actor: Actor, digest: str) -> None:
    key = {"office_id": tx.hall.config.id, "digest": digest}
    found = tx.rows("media", **key)
    if not found:
        raise MediaNotFound()
    lists = tx.rows("playlist", office_id=tx.hall.config.id)
    if any(item.get("media") == digest for row in lists for item in row["items"]):
        raise MediaInUse()
    tx.remove("media", key)
    tx.audit(actor.label, "media.remove", subject=found[0]["name"][:80], address=actor.address)


def sweep(uow: UnitOfWork, files: MediaFiles) -> None:
    """Give the disk back what nobody points to any more."""
    files.sweep({row["digest"] for table in ("media", "recording") for row in uow.rows(table)})


def printable(name: str) -> str:
    """A file's name as it may stand in a list: its last part, without what is no letter, 200 at most."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip()[:200] or "—"
