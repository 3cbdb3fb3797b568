"""The page of the simulated devices: paper coming out, buttons to press, faults to cause. Works without internet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, abort, jsonify, render_template, request, send_from_directory

from hardware.drivers.base import ACTIONS
from hardware.simulate.printers import BadKnob, png
from hardware.texts import catalogue

if TYPE_CHECKING:
    from hardware.simulate.run import Simulation

ROOM = Path(__file__).parent.parent
HEADER = "X-Motcua-Simulator"
RECENT_PRESSES = 8

Gettext = Callable[[str], str]


def make_app(simulation: Simulation) -> Flask:
    app = Flask("motcua-simulator", root_path=str(ROOM), static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = 16_384
    _add_reading(app, simulation)
    _add_pressing(app, simulation)
    _add_breaking(app, simulation)

    @app.before_request
    def from_our_page_only() -> None:
        # A header of our own cannot be sent from a page of another site without asking first, which is refused.
        if request.method == "POST" and HEADER not in request.headers:
            abort(403)

    @app.errorhandler(KeyError)
    def no_such_device(_error: KeyError) -> tuple[Response, int]:
        return jsonify(code="no_such_device"), 404

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return app


def _add_reading(app: Flask, simulation: Simulation) -> None:
    @app.get("/")
    def index() -> str:
        # Vietnamese first, whatever the browser was installed in; English is one touch away.
        language = "en" if request.args.get("lang") == "en" else "vi"
        _ = catalogue(language).gettext
        return render_template(
            "simulator.html", _=_, language=language, other="en" if language == "vi" else "vi", texts=page_texts(_)
        )

    @app.get("/state.json")
    def state() -> Response:
        return jsonify(view(simulation))

    @app.get("/paper/<printer_id>/<int:number>.png")
    def paper(printer_id: str, number: int) -> Response:
        found = [sheet for sheet in simulation.printers.trays[printer_id].sheets() if sheet.number == number]
        if not found:
            abort(404)
        return Response(png(found[0].strip), mimetype="image/png")

    @app.get("/paper/<printer_id>/hanging.png")
    def hanging(printer_id: str) -> Response:
        strip = simulation.printers.trays[printer_id].hanging()
        if strip is None:
            abort(404)
        return Response(png(strip), mimetype="image/png")

    @app.get("/sounds/<device_id>/<number>.wav")
    def sound(device_id: str, number: str) -> Response:
        found = [path for path in simulation.world.sounds(device_id) if path.stem == number]
        if not found:
            abort(404)
        return Response(found[0].read_bytes(), mimetype="audio/wav")

    @app.get("/fonts/<path:name>")
    def fonts(name: str) -> Response:
        return send_from_directory(ROOM / "fonts", name, max_age=86400)


def _add_pressing(app: Flask, simulation: Simulation) -> None:
    world = simulation.world

    @app.post("/devices/<device_id>/press")
    def press(device_id: str) -> Response:
        button = _body().get("button")
        if not isinstance(button, int) or not 1 <= button <= 5:
            abort(400)
        world.press(device_id, button)
        return jsonify()

    @app.post("/devices/<device_id>/key")
    def key(device_id: str) -> Response:
        action, digits = _body().get("action"), str(_body().get("digits") or "")
        if action not in ACTIONS or (digits and not (digits.isascii() and digits.isdigit() and len(digits) <= 4)):
            abort(400)
        world.key(device_id, str(action), digits)
        return jsonify()

    @app.post("/devices/<device_id>/scan")
    def scan(device_id: str) -> Response:
        world.scan(device_id, str(_body().get("text", ""))[:60])
        return jsonify()


def _add_breaking(app: Flask, simulation: Simulation) -> None:
    world, trays = simulation.world, simulation.printers.trays

    @app.post("/devices/<device_id>/plug")
    def plug(device_id: str) -> Response:
        world.pull(device_id, _body().get("plugged") is True)
        return jsonify()

    @app.post("/devices/<device_id>/noise")
    def noise(device_id: str) -> Response:
        percent = _body().get("percent")
        if isinstance(percent, bool) or not isinstance(percent, int | float) or not 0 <= percent <= 50:
            abort(400)
        world.noise(device_id, float(percent))
        return jsonify()

    @app.post("/devices/<device_id>/chatter")
    def chatter(device_id: str) -> Response:
        world.chatter(device_id)
        return jsonify()

    @app.post("/devices/<device_id>/restart")
    def restart(device_id: str) -> Response:
        world.restart(device_id)
        return jsonify()

    @app.post("/printers/<printer_id>/knobs")
    def knobs(printer_id: str) -> Response:
        try:
            trays[printer_id].turn(_body())
        except BadKnob:
            abort(400)
        return jsonify()

    @app.post("/printers/<printer_id>/heal")
    def heal(printer_id: str) -> Response:
        trays[printer_id].heal()
        return jsonify()

    @app.post("/printers/<printer_id>/power")
    def power(printer_id: str) -> Response:
        trays[printer_id].printer.power_cycle()
        return jsonify()

    @app.post("/printers/<printer_id>/tear")
    def tear(printer_id: str) -> Response:
        trays[printer_id].tear_off()
        return jsonify()


def view(simulation: Simulation) -> dict[str, Any]:
    agent = simulation.agent
    office = agent.setup.get("office") or {}
    health = {entry["id"]: entry for entry in agent.health.all()}

    def with_health(entry: dict[str, Any]) -> dict[str, Any]:
        report = health.get(entry["id"], {"state": "offline", "detail": {}})
        return {**entry, "state": report["state"], "detail": report["detail"]}

    return {
        "connection": agent.connection.state.value,
        "office": office.get("name", ""),
        "timezone": office.get("timezone", ""),
        "printers": [with_health(tray.view()) for tray in list(simulation.printers.trays.values())],
        "devices": sorted(
            (with_health(each) for each in simulation.world.view()),
            key=lambda each: (each["counter"] or 0, each["kind"]),
        ),
        "presses": [
            {
                "id": press.id,
                "device": press.device,
                "counter": press.counter,
                "action": press.action,
                "value": press.value,
                "at": press.pressed_at.isoformat(),
                "state": press.state,
                "code": press.code,
                "detail": press.detail,
            }
            for press in agent.outbox.recent(RECENT_PRESSES)
        ],
    }


def _body() -> Mapping[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def page_texts(_: Gettext) -> dict[str, str]:
    """What the page's script says, by the key it uses."""
    return {
        "online": _("Đã nối máy chủ"),
        "offline": _("Mất kết nối máy chủ"),
        "unauthorized": _("Máy chủ không nhận mã của máy này"),
        "gone": _("Trình mô phỏng đã dừng"),
        "state_ok": _("Hoạt động tốt"),
        "state_warning": _("Cần chú ý"),
        "state_error": _("Lỗi"),
        "state_offline": _("Mất tín hiệu"),
        "counter": _("Quầy %(n)s"),
        "printer": _("Máy in vé"),
        "panel": _("Bảng đánh giá"),
        "keypad": _("Bàn phím gọi số"),
        "led": _("Bảng LED"),
        "scanner": _("Máy quét"),
        "speaker": _("Loa hội trường"),
        "no_sounds": _("Chưa đọc lời gọi nào."),
        "very_satisfied": _("Rất hài lòng"),
        "satisfied": _("Hài lòng"),
        "neutral": _("Bình thường"),
        "dissatisfied": _("Không hài lòng"),
        "very_dissatisfied": _("Rất không hài lòng"),
        "next": _("Gọi số tiếp"),
        "recall": _("Gọi lại"),
        "start": _("Bắt đầu"),
        "finish": _("Kết thúc"),
        "no_show": _("Vắng mặt"),
        "transfer": _("Chuyển"),
        "digits": _("Số lĩnh vực để chuyển"),
        "scan": _("Quét"),
        "scan_text": _("Mã để quét"),
        "pull": _("Rút dây"),
        "plug": _("Cắm lại"),
        "chatter": _("Nút bị dập"),
        "restart": _("Mất điện, bật lại"),
        "noise": _("Nhiễu đường dây"),
        "waiting": _("%(n)s lượt bấm chờ"),
        "paper": _("Giấy"),
        "paper_ok": _("Đủ"),
        "paper_near_end": _("Sắp hết"),
        "paper_out": _("Hết"),
        "cover": _("Nắp"),
        "cover_closed": _("Đóng"),
        "cover_open": _("Mở"),
        "cutter": _("Dao cắt"),
        "cutter_ok": _("Tốt"),
        "cutter_error": _("Kẹt"),
        "baud": _("Đường truyền"),
        "baud_0": _("Nhanh nhất"),
        "stalled": _("Đứng máy"),
        "garble": _("Trả lời lẫn rác"),
        "mute": _("Không trả lời"),
        "vanish": _("Đứt dây ở byte"),
        "vanish_do": _("Hẹn đứt dây"),
        "vanish_set": _("Sẽ đứt sau %(n)s byte"),
        "heal": _("Lắp cuộn mới, hết lỗi"),
        "power": _("Tắt bật máy in"),
        "tear": _("Xé tờ đang dở"),
        "hanging": _("Tờ đang dở"),
        "sheet": _("Tờ %(n)s · %(time)s"),
        "no_paper": _("Chưa có vé nào. Hãy lấy số ở trang kiosk."),
        "reads": _("Mã QR: %(code)s"),
        "no_devices": _("Văn phòng chưa có thiết bị nào thuộc máy này."),
        "no_presses": _("Chưa có lượt bấm nào."),
        "pending": _("đang chờ gửi"),
        "delivered": _("đã nhận"),
        "refused": _("máy chủ không nhận"),
        "stale": _("quá muộn, đã bỏ"),
        "led_empty": _("tắt"),
    }
