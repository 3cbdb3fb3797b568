"""Who may do what, decided in this one place. Every route and live topic names one of these actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.domain.errors import Forbidden, MotcuaError, NotYourCounter, SecondFactorMissing, Unauthenticated
from server.domain.hall import Hall
from server.domain.ticket import Ticket
from server.domain.words import Role

OFFICER, HELPER, HEAD, ADMIN, AUDITOR = Role.OFFICER, Role.HELPER, Role.HEAD, Role.ADMIN, Role.AUDITOR
STAFF = frozenset(Role)
FULL = frozenset({HEAD, ADMIN, AUDITOR})
"""Who sees every officer's figures, by name; an officer sees the own ones only."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks: a member of staff, a device, or nobody in particular.

    roles: by office code. device: its kind (`kiosk`, `panel`, `keypad`, `board`, `agent`), in `office`.
    scopes: when given, the only actions of those roles that this proof is good for; a personal token has them.
    must_secure: a second factor is asked of this person and not set up; until then the account is all there is.
    """

    kind: str = "anonymous"
    id: str = ""
    name: str = ""
    roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    device: str | None = None
    office: str | None = None
    counter: int | None = None
    address: str | None = None
    scopes: frozenset[str] | None = None
    must_secure: bool = False

    def roles_in(self, office: str) -> frozenset[Role]:
        return self.roles.get(office, frozenset())

    @property
    def label(self) -> str:
        return f"{self.kind}:{self.name or self.id}"


ANONYMOUS = Actor()


@dataclass(frozen=True, slots=True)
class Rule:
    roles: frozenset[Role] = frozenset()
    devices: frozenset[str] = frozenset()
    public: bool = False


def _rule(*roles: Role, devices: tuple[str, ...] = (), public: bool = False) -> Rule:
    return Rule(frozenset(roles), frozenset(devices), public)


RULES: dict[str, Rule] = {
    "public": Rule(public=True),
    "office.read": Rule(public=True),
    "account.own": _rule(*STAFF),
    "office.configure": _rule(ADMIN),
    "office.inspect": _rule(ADMIN, AUDITOR),
    "ticket.issue": _rule(HELPER, HEAD, ADMIN, devices=("kiosk",)),
    "ticket.read": _rule(*STAFF, devices=("kiosk", "panel", "keypad", "agent")),
    "ticket.serve": _rule(OFFICER, HEAD, ADMIN, devices=("keypad", "agent")),
    "ticket.place": _rule(OFFICER, HELPER, HEAD, ADMIN, devices=("keypad", "agent")),
    "ticket.print": _rule(OFFICER, HELPER, HEAD, ADMIN),
    "counter.use": _rule(OFFICER, HEAD, ADMIN, devices=("keypad", "agent")),
    "counter.hand_over": _rule(OFFICER, HEAD, ADMIN),
    "floor.steer": _rule(HEAD, ADMIN),
    "rating.give": _rule(devices=("panel", "agent")),
    "rating.read": _rule(OFFICER, HELPER, HEAD, ADMIN, AUDITOR),
    "stats.read": _rule(OFFICER, HEAD, ADMIN, AUDITOR),
    "floor.watch": _rule(*STAFF),
    "notice.post": _rule(HEAD, ADMIN),
    "voice.record": _rule(HEAD, ADMIN),
    "signage.manage": _rule(HEAD, ADMIN),
    "device.manage": _rule(ADMIN),
    "device.serve": _rule(devices=("agent",)),
    "board.report": _rule(devices=("board", "agent")),
    "sign.read": _rule(*STAFF, devices=("board", "panel", "agent")),
    "lease.hold": _rule(devices=("kiosk",)),
    "booking.import": _rule(HEAD, ADMIN),
    "series.read": _rule(HEAD, ADMIN, AUDITOR),
    "audit.read": _rule(ADMIN, AUDITOR),
    "comment.read": _rule(HEAD, ADMIN, AUDITOR),
}


def allowed(actor: Actor, action: str, office: str | None) -> bool:
    rule = RULES[action]
    if rule.public:
        return True
    if actor.scopes is not None and action not in actor.scopes:
        return False
    if actor.must_secure and action != "account.own":
        return False
    if actor.kind == "device":
        return actor.device in rule.devices and actor.office == office
    return office is not None and bool(actor.roles_in(office) & rule.roles)


def delegable(actor: Actor) -> frozenset[str]:
    """What somebody may hand to a program: any of the own rights, but never power over the account itself."""
    held = frozenset(role for roles in actor.roles.values() for role in roles)
    return frozenset(action for action, rule in RULES.items() if rule.roles & held) - {"account.own"}


def require(actor: Actor, action: str, office: str | None) -> None:
    """Refuse unless the actor may do this in this office."""
    if allowed(actor, action, office):
        return
    raise refusal(actor)


def refusal(actor: Actor) -> MotcuaError:
    """What an actor is told who may not do something."""
    if actor.kind == "anonymous":
        return Unauthenticated()
    return SecondFactorMissing() if actor.must_secure else Forbidden()


def require_anywhere(actor: Actor, action: str) -> None:
    """Refuse an actor who may not do this in any office; which one it is about is decided later."""
    offices = [actor.office] if actor.kind == "device" else [*actor.roles]
    if not RULES[action].public and not any(allowed(actor, action, office) for office in offices):
        raise refusal(actor)


def require_counter(actor: Actor, hall: Hall, counter: int) -> None:
    """An officer commands the own counter only; a keypad the one it stands on; heads and administrators any."""
    if actor.kind == "device":
        if actor.counter not in (None, counter):
            raise NotYourCounter(counter=counter)
        return
    if actor.roles_in(hall.config.code) & {HEAD, ADMIN}:
        return
    officer = hall.desk(counter).officer
    if officer is not None and officer != actor.id:
        raise NotYourCounter(counter=counter)


def require_ticket(actor: Actor, hall: Hall, ticket: Ticket) -> None:
    """A ticket in somebody's hand is that officer's business."""
    if ticket.at_counter and ticket.counter is not None and HELPER not in actor.roles_in(hall.config.code):
        require_counter(actor, hall, ticket.counter)
