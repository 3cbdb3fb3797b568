"""A citizen's phone at `/t/<token>`: drawn by the server, so that number and place are there before any script runs.

`static/pages/phone/` takes over from there. What it draws must read the same; `tests/e2e/test_phone.py` compares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import abort, render_template, request
from flask_babel import force_locale

from server.domain.errors import TicketNotFound, Unavailable
from server.services import following
from server.services.ports import Json
from server.services.system import System
from server.services.texts import LANGUAGES
from server.web.shell import STATIC, choose_language
from server.web.texts import Form, catalogue, texts_of

REFRESH_S = 20
"""How often the page is asked for again by a browser that runs no scripts."""
SCRIPTS = (
    "vendor/lit-html/lit-html.js", "js/api.js", "js/i18n.js", "js/words.js", "pages/rate/faces.js",
    "pages/phone/reduce.js", "pages/phone/schedule.js", "pages/phone/view.js", "pages/phone/rating.js",
    "pages/phone/alarm.js",
)  # fmt: skip
"""What `app.js` imports, named in the shell so that a slow line fetches them side by side."""
OVER = frozenset({"completed", "cancelled", "expired"})


def page(system: System, catalogues: Sequence[Path]) -> Callable[[str], Any]:
    """The view of `/t/<token>`. It speaks the ticket's language until the citizen chooses the other one."""

    @cache
    def messages(language: str) -> Mapping[str, Form]:
        ours = [STATIC / name for name in SCRIPTS if not name.startswith("vendor/")]
        return texts_of(ours, catalogue(language, catalogues))

    def view(token: str) -> Any:
        try:
            ticket = following.follow(system.uow, token)
        except TicketNotFound:
            return render_template("phone_unknown.html"), 404
        except Unavailable:
            abort(503)
        language = _language(ticket)
        with force_locale(language):
            return render_template(
                "phone.html",
                page_language=language,
                ticket=ticket,
                scripts=SCRIPTS,
                refresh_s=None if ticket["state"] in OVER else REFRESH_S,
                config_json={"token": token, "ticket": ticket, "messages": messages(language)},
                **_words(ticket, language),
            )

    return view


def _language(ticket: Json) -> str:
    if request.args.get("lang") in LANGUAGES:
        return choose_language()
    return str(ticket["language"]) if ticket["language"] in LANGUAGES else LANGUAGES[0]


def _words(ticket: Json, language: str) -> Json:
    """What the template needs to say beside the ticket itself."""

    def named(thing: Mapping[str, Any]) -> str:
        return str((thing.get("names") or {}).get(language) or thing["name"])

    return {
        "named": named,
        "service_name": named({"name": ticket["service_name"], "names": ticket["service_names"]}),
        "procedure": ticket["procedure"]["names"].get(language) or ticket["procedure"]["names"]["vi"]
        if ticket.get("procedure")
        else None,
        "papers": [paper.get(language) or paper["vi"] for paper in ticket["papers"]],
        "wait": _minutes(ticket["expected_wait_s"]),
        "called_at": f"{datetime.fromisoformat(ticket['called_at']):%H:%M}" if ticket["called_at"] else "",
        "day": f"{date.fromisoformat(ticket['day']):%d/%m/%Y}",
        # An absence that is not of today cannot be made good any more.
        "state": "expired" if ticket["over"] and ticket["state"] == "no_show" else ticket["state"],
    }


def _minutes(wait: Mapping[str, int] | None) -> str | None:
    """A range in whole minutes, "20–35"; one figure when both ends agree."""
    if wait is None:
        return None
    low, high = wait["low"] // 60, wait["high"] // 60
    return f"{low}–{high}" if low != high else str(low)
