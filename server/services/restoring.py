"""After a restore: no number that was ever on paper today is given out again.

The restored database knows the numbers up to its backup. Those printed since are below the marks that the server left
beside its data (`server.db.highwater`); on a machine without them we assume more than any office can print.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from server.domain.calendar import Calendar
from server.domain.office import OfficeConfig

PER_MINUTE = 4
"""Numbers of one series that are given out in a minute while an office is open, at the very most: a busy centre gives
1,500 a day over all its series, three a minute."""
ROUND_TO = 100
"""A jump ends at a round number, so that everybody sees that it was one."""


def next_lasts(
    config: OfficeConfig,
    lasts: Mapping[str, int],
    marks: Mapping[str, int] | None,
    backup_at: datetime,
    now: datetime,
) -> dict[str, int]:
    """By prefix, the number after which today's series go on. `lasts`: of today, from the backup. `marks`: those of
    this office today, None where this machine kept none."""
    found = {}
    for service in config.services.values():
        last = lasts.get(service.prefix, service.first - 1)
        if marks is not None:
            found[service.prefix] = max(last, marks.get(service.prefix, 0))
            continue
        minutes = open_minutes(service.calendar or config.calendar, backup_at, now, config)
        jump = ceil((last + minutes * PER_MINUTE) / ROUND_TO) * ROUND_TO if minutes else last
        found[service.prefix] = max(found.get(service.prefix, 0), last, jump)
    return found


def open_minutes(calendar: Calendar, since: datetime, now: datetime, config: OfficeConfig) -> int:
    """Minutes of today, begun ones too, in which numbers were given out since the backup."""
    local_now = now.astimezone(config.zone)
    midnight = local_now.replace(hour=0, minute=0, second=0, microsecond=0)
    begin = max(since.astimezone(config.zone), midnight)
    minutes = ceil((local_now - begin) / timedelta(minutes=1)) + 1
    return sum(calendar.is_open(begin + timedelta(minutes=n)) for n in range(max(0, minutes)))
