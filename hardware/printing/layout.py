"""Where everything on a ticket stands.

The order is the reader's: whose office, which number, which field and counter, how long, what to bring, how to follow.
"""

from __future__ import annotations

from dataclasses import replace

from .content import Pair, TicketContent
from .items import Code, Figure, Layout, Run, Style, moved
from .qrcode import matrix
from .setter import Align, Measure, Setter, Sheet

QR_LEAST = 176
"""22 mm: what an old phone reads at arm's length."""


def lay_out(content: TicketContent, width: int, sheet: Sheet, measure: Measure) -> Layout:
    """Sets a ticket on paper `width` dots wide (576: 80 mm, 384: 58 mm)."""
    setter = Setter(width, sheet, measure)
    _head(setter, content)
    _number(setter, content)
    _facts(setter, content)
    if content.papers:
        setter.rule()
        setter.text(content.papers, sheet.body, "left")
    if content.qr or content.hotline:
        content = _follow(setter, content)
    if content.footer:
        setter.space(6)
        setter.text(content.footer, sheet.small)
    return Layout(width, setter.y, tuple(setter.items))


def _head(setter: Setter, content: TicketContent) -> None:
    sheet = setter.sheet
    if content.reprint:
        setter.bar(content.reprint.upper(), sheet.bar, full=True)
        setter.space(6)
    if content.office_name:
        setter.text(sheet.cased(content.office_name), sheet.office)
        setter.rule()
    if content.heading:
        setter.text(content.heading.upper() if sheet.capitals else content.heading.capitalize(), sheet.heading)
        setter.space(sheet.number_gap)


def _number(setter: Setter, content: TicketContent) -> None:
    sheet = setter.sheet
    for row in _rows(content.number, sheet, setter.room):
        used = min(sheet.figure_width(row), setter.room)
        left = (setter.width - used) // 2
        setter.items.append(Figure(row, left, setter.y, used, sheet.number_height))
        setter.space(sheet.number_height + 12)
    if content.priority:
        setter.bar(sheet.cased(content.priority), sheet.bar, full=False)
        setter.space(6)
    if content.service:
        setter.text(sheet.cased(content.service), sheet.service)
    if content.counters:
        setter.text(content.counters, sheet.counters)


def _rows(number: str, sheet: Sheet, room: int) -> list[str]:
    """One row, or the letters above the digits where one row would squeeze them past reading."""
    if room / max(1, sheet.figure_width(number)) >= sheet.squeeze:
        return [number]
    letters = number.rstrip("0123456789")
    return [part for part in (letters, number[len(letters) :]) if part]


def _facts(setter: Setter, content: TicketContent) -> None:
    facts = [fact for fact in (content.ahead, content.wait) if fact]
    stamps = [stamp for stamp in (content.date, content.time) if stamp]
    if facts or stamps:
        setter.rule()
    _columns(setter, facts)
    if len(stamps) == 2:
        _ends(setter, stamps[0], stamps[1], setter.sheet.label, setter.sheet.label)
    elif stamps:
        setter.text(stamps[0], setter.sheet.label, "left")


def _columns(setter: Setter, facts: list[Pair]) -> None:
    """Two facts on one line; label over value where that is too long; a line each where the paper is too narrow."""
    sheet, gap = setter.sheet, 16
    if len(facts) == 2 and _one_line(setter, facts):
        return
    column = (setter.room - gap) // 2
    widths = [max(setter.measure(label, sheet.label), setter.measure(value, sheet.value)) for label, value in facts]
    if len(facts) == 2 and sum(widths) + gap <= setter.room and max(widths) <= column + column // 3:
        (label, value), (label2, value2) = facts
        _ends(setter, label, label2, sheet.label, sheet.label)
        _ends(setter, value, value2, sheet.value, sheet.value)
        setter.space(4)
        return
    for label, value in facts:
        if setter.measure(label, sheet.label) + gap + setter.measure(value, sheet.value) <= setter.room:
            _ends(setter, label, value, sheet.label, sheet.value)
        else:
            setter.text(label, sheet.label, "left")
            setter.text(value, sheet.value, "left")


def _one_line(setter: Setter, facts: list[Pair]) -> bool:
    """Label and value beside each other, one fact at either end; False, and nothing set, where they do not fit."""
    styles, gap = (setter.sheet.label, setter.sheet.value), 10
    runs = [
        [Run(text, style, 0, setter.measure(text, style)) for text, style in zip(f, styles, strict=True)] for f in facts
    ]
    widths = [sum(run.width for run in fact) + gap for fact in runs]
    if sum(widths) + 2 * gap > setter.room:
        return False
    starts = (setter.margin, setter.width - setter.margin - widths[1])
    setter.line(*(
        replace(run, x=start + place * (fact[0].width + gap))
        for fact, start in zip(runs, starts, strict=True) for place, run in enumerate(fact)
    ))  # fmt: skip
    return True


def _ends(setter: Setter, left: str, right: str, left_style: Style, right_style: Style) -> None:
    """One text at the left margin and one at the right, on one base line."""
    left_width, right_width = setter.measure(left, left_style), setter.measure(right, right_style)
    setter.line(
        Run(left, left_style, setter.margin, left_width),
        Run(right, right_style, setter.width - setter.margin - right_width, right_width),
    )


def _follow(setter: Setter, content: TicketContent) -> TicketContent:
    """The QR with what it is for, and whom to ring; gives back the content that is still to be set."""
    if not content.qr:
        setter.rule()
        _hotline(setter, content, setter.margin, setter.room, "center")
        return content
    modules = len(matrix(content.qr))
    module = -(-QR_LEAST // modules)
    quiet = 4 * module
    side = module * modules
    left = max(setter.margin, quiet)
    room = setter.width - setter.margin - left - side - quiet
    if setter.sheet.code_beside and room >= 200:
        setter.rule()
        return _beside(setter, content, Code(content.qr, left, setter.y, module, modules), room)
    # The white around it sets it apart: a rule more is paper, and bytes on a slow line.
    setter.space(quiet)
    setter.items.append(Code(content.qr, (setter.width - side) // 2, setter.y, module, modules))
    setter.space(side + quiet)
    if content.qr_hint:
        setter.text(content.qr_hint, setter.sheet.small)
        setter.space(6)
    _hotline(setter, content, setter.margin, setter.room, "center")
    return content


def _beside(setter: Setter, content: TicketContent, code: Code, room: int) -> TicketContent:
    """Words at the right of the code, centred on its height, the footer among them where there is room for it."""
    left, top = setter.width - setter.margin - room, setter.y
    # The white of the rule above counts into the quiet zone.
    quiet = 2 * code.module - setter.sheet.rule_gap[1] + 1
    column = replace(setter, items=[])
    if content.qr_hint:
        column.text(content.qr_hint, setter.sheet.small, "left", left, room)
    if content.hotline:
        column.space(8)
        _hotline(column, content, left, room, "left")
    with_footer = replace(column, items=list(column.items))
    with_footer.space(8)
    with_footer.text(content.footer, setter.sheet.small, "left", left, room)
    if with_footer.y - top <= code.side + 2 * quiet:
        column, content = with_footer, replace(content, footer="")
    words = column.y - top
    block = max(words, code.side + 2 * quiet)
    setter.items.append(replace(code, y=top + (block - code.side) // 2))
    setter.items += [moved(item, (block - words) // 2) for item in column.items]
    setter.y = top + block
    return content


def _hotline(setter: Setter, content: TicketContent, left: int, room: int, align: Align) -> None:
    """Whom to ring: on one line across the paper, number below label in a column."""
    if not content.hotline:
        return
    (label, number), small, large, gap = content.hotline, setter.sheet.small, setter.sheet.hotline, 12
    widths = setter.measure(label, small), setter.measure(number, large)
    spare = room - sum(widths) - gap
    if align == "center" and spare >= 0:
        start = left + spare // 2
        setter.line(Run(label, small, start, widths[0]), Run(number, large, start + widths[0] + gap, widths[1]))
        return
    setter.text(label, small, align, left, room)
    setter.text(number, large, align, left, room)
