"""The pages for people at a desk, as shells: data comes by the API and live, texts by /i18n."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, jsonify, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from server.services.texts import LANGUAGES
from server.web.texts import catalogue

LOCALE = Path(__file__).resolve().parent.parent / "locale"


@dataclass(frozen=True)
class Screen:
    """One entry of the first page: where it is, what it is called, and what it is for."""

    path: str
    name: str | LazyString
    purpose: str | LazyString
    place: str  # "public": screens of the hall; "desk": people who work here


# Every screen that an installation may have; those without a route are not shown.
SCREENS = (
    Screen("/kiosk", _l("Máy lấy số"), _l("Người dân chọn lĩnh vực, lấy số và nhận phiếu."), "public"),
    Screen("/display", _l("Bảng gọi số"), _l("Màn hình phòng chờ: số được gọi, đọc loa."), "public"),
    Screen("/rate", _l("Đánh giá"), _l("Máy tính bảng ở quầy: ba gương mặt, 30 giây."), "public"),
    Screen("/console", _l("Bàn làm việc"), _l("Cán bộ gọi số, phục vụ, chuyển, tạm giữ."), "desk"),
    Screen("/floor", _l("Toàn cảnh"), _l("Lãnh đạo theo dõi quầy, hàng chờ và thiết bị."), "desk"),
    Screen("/today", _l("Hài lòng hôm nay"), _l("Số lượt đánh giá của từng cán bộ."), "desk"),
    Screen("/reports", _l("Báo cáo"), _l("Thời gian chờ, phục vụ, mức độ hài lòng theo kỳ."), "desk"),
    Screen("/admin/signage", _l("Màn hình tuyên truyền"), _l("Ảnh, video, thông báo giữa hai lượt gọi số."), "desk"),
    Screen("/admin", _l("Quản trị"), _l("Lĩnh vực, quầy, người dùng, thiết bị, văn bản."), "desk"),
    Screen("/account", _l("Tài khoản"), _l("Mật khẩu, xác thực hai lớp, nơi đăng nhập, mã truy cập."), "desk"),
)


def blueprint(
    default_office: Callable[[], str],
    catalogues: Sequence[Path] = (LOCALE,),
    extra_screens: Iterable[Screen] = (),
) -> Blueprint:
    """Pages under `/`. `default_office` names the office of a page that was opened without `?office=`.

    `catalogues` are the locale directories of all rooms whose pages this server shows.
    """
    pages = Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
    screens = [*SCREENS, *extra_screens]

    def office() -> str:
        return request.args.get("office") or default_office()

    def shell(template: str, **configuration: object) -> str:
        return render_template(template, config_json={"office": office(), **configuration})

    @pages.get("/")
    def index() -> str:
        shown = [screen for screen in screens if _has_route(screen.path)]
        return render_template(
            "index.html", screens=shown if default_office() else [], installed=bool(default_office())
        )

    @pages.get("/login")
    def login() -> str:
        known = current_app.extensions.get("motcua_sign_on")
        return shell("login.html", next=local_path(request.args.get("next")), sign_on=known.choices if known else [])

    @pages.get("/screen")
    def screen() -> str:
        code = request.args.get("code", "")
        return shell("screen.html", code=code if code.isdecimal() and len(code) <= 8 else "")

    @pages.get("/console")
    def console() -> str:
        return shell("console.html")

    @pages.get("/floor")
    def floor() -> str:
        return shell("floor.html")

    @pages.get("/admin")
    def admin() -> str:
        return shell("admin.html")

    @pages.get("/admin/signage")
    def signage() -> str:
        return shell("signage.html")

    @pages.get("/admin/voice")
    def voice() -> Response:
        response = make_response(shell("voice.html"))
        response.headers["Permissions-Policy"] = "camera=(), microphone=(self), geolocation=()"
        return response

    @pages.get("/account")
    def account() -> str:
        return shell("account.html", next=local_path(request.args.get("next")))

    @pages.get("/today")
    def today() -> str:
        return shell("today.html")

    @pages.get("/rate")
    def rate() -> str:
        counter = request.args.get("counter", type=int)
        return shell("rate.html", counter=counter)

    @pages.get("/i18n/<language>.json")
    def texts(language: str) -> Response:
        if language not in LANGUAGES:
            abort(404)
        response = jsonify(language=language, messages=catalogue(language, catalogues))
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        response.make_conditional(request)
        return response

    return pages


def _has_route(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path)
    except (NotFound, MethodNotAllowed):
        return False
    except RequestRedirect:
        return True
    return True


def local_path(path: str | None) -> str:
    """Where to go after signing in; an address elsewhere would make the sign-in page a trap."""
    if path and path.startswith("/") and not path.startswith("//") and "\\" not in path:
        return path
    return "/console"
