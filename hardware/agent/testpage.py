"""Print the test page on a printer that the agent does not own right now, and say what the printer proved."""

from __future__ import annotations

from collections.abc import Mapping

from hardware.printing import PrinterSettings, PrinterStatus, profiles
from hardware.printing.session import Session, question
from hardware.printing.testpage import encode_test_page
from hardware.printing.transport import LineError, open_transport
from hardware.texts import _

TOKEN = b"TEST"


def print_test_page(settings: Mapping[str, object]) -> tuple[str, str]:
    """Print it; ("printed" | "not_sent" | "unknown", what the printer said). The agent must not own the printer now."""
    chosen = PrinterSettings.from_dict(settings)
    profile = profiles.load(chosen.profile)
    said: list[PrinterStatus] = []
    try:
        line = open_transport(chosen.transport, chosen.write_timeout_s)
    except LineError as error:
        return "not_sent", str(error)
    session = Session(line, profile, chosen.write_timeout_s, said.append)
    try:
        answered = session.check()
        status = said[-1] if said else PrinterStatus()
        if not status.can_print:
            return "not_sent", _describe(status, answered)
        session.send(encode_test_page(profile, chosen.transport, status) + question(profile, TOKEN))
        proven = session.prove(TOKEN, chosen.proof_timeout_s)
    except LineError as error:
        return ("unknown" if error.written else "not_sent"), str(error)
    finally:
        session.close()
    return ("printed" if proven else "unknown"), _describe(status, answered)


def _describe(status: PrinterStatus, answered: bool) -> str:
    if not answered:
        return _("Máy in không trả lời câu hỏi trạng thái.")
    return ", ".join(f"{name}={value}" for name, value in status.detail().items()) or "—"
