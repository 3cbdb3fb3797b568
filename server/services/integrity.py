"""The verifier: has anybody altered the audit log or a rating, behind the triggers that refuse it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.domain.errors import N_, Why
from server.services.audit import seal, seal_rating
from server.services.ports import UnitOfWork

Row = Mapping[str, Any]
GONE = N_("đã được ghi, nay không còn")
BROKEN = N_("không nối được với dòng trước: dòng này đã bị sửa, hoặc một dòng trước đã bị lấy đi")


@dataclass(frozen=True, slots=True)
class Fault:
    """One row that is not as it was written: the table, the row's key, and what is wrong with it."""

    table: str
    row: str
    what: Why

    def said(self, translate: Callable[[str], str]) -> str:
        return f"{self.table} {self.row}: {self.what.said(translate)}"

    def __str__(self) -> str:
        return self.said(str)


def check_office(uow: UnitOfWork, office_id: str, witnessed: Iterable[tuple[str, str]] = ()) -> list[Fault]:
    """Every fault of an office's audit log and ratings. witnessed: (chain, seal) noted outside the database."""
    log = sorted(uow.rows("audit", office_id=office_id), key=lambda row: int(row["id"]))
    seals = sorted(uow.rows("rating_seal", office_id=office_id), key=lambda row: int(row["id"]))
    ratings = {row["session_id"]: row for row in uow.rows("rating", office_id=office_id)}
    there = {("audit", row["seal"]) for row in log} | {("rating", row["seal"]) for row in seals}
    return [
        *check_log(log, None),
        *check_ratings(seals, ratings, None),
        *(Fault(chain, mark[:12], Why(GONE)) for chain, mark in sorted(set(witnessed) - there)),
    ]


def check_log(rows: Iterable[Row], before: str | None) -> Iterator[Fault]:
    """Rows of an audit log, oldest first; `before` is the seal of the row before them."""
    for row in rows:
        if row["seal"] != seal(before, row):
            yield Fault("audit", str(row["id"]), Why(BROKEN))
        before = row["seal"]


def check_ratings(seals: Iterable[Row], ratings: Mapping[str, Row], before: str | None) -> Iterator[Fault]:
    """Seals of ratings, oldest first, and the ratings by their session."""
    sealed = set()
    for mark in seals:
        session = str(mark["session_id"])
        sealed.add(session)
        rating = ratings.get(session)
        if rating is None:
            yield Fault("rating", session, Why(N_("không còn")))
        elif mark["seal"] != seal_rating(before, rating):
            yield Fault("rating", session, Why(BROKEN))
        before = mark["seal"]
    for session in sorted(ratings.keys() - sealed):
        yield Fault("rating", session, Why(N_("được thêm vào không qua máy chủ: không có dấu niêm")))
