"""YAML as the office file is written in it: what it says and where, without what could be misread or unfold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from server.domain.errors import N_, Why
from server.services.faults import Fault, FileRefused

DEEPEST = 40
UNREADABLE = N_("không đọc được theo YAML")
BECAUSE = N_("không đọc được theo YAML: %(why)s")
WHY = {
    r"character '\\t'": N_("có ký tự Tab; hãy thụt lề bằng dấu cách"),
    r"mapping values are not": N_("thừa dấu hai chấm (câu có dấu này phải để trong ngoặc kép) hoặc thụt lề sai"),
    r"could not find expected ':'": N_("thiếu dấu hai chấm sau tên mục, ở dòng này hoặc dòng trên"),
    r"expected <block end>": N_("thụt lề không thẳng với các dòng trên"),
    r"unexpected end of stream": N_("dấu nháy mở ra mà không đóng lại"),
    r"expected ',' or": N_("ngoặc mở ra mà không đóng lại, hoặc thiếu dấu phẩy"),
    r"cannot start any token": N_("có ký tự đặc biệt ở đầu; hãy đặt cả cụm trong ngoặc kép"),
}
"""By the reader's own words: the mistakes that people make."""


class NotAllowed(yaml.MarkedYAMLError):
    """YAML that an office file does without."""

    def __init__(self, reason: Why, node: Any) -> None:
        super().__init__(problem=reason.text, problem_mark=node.start_mark)
        self.reason = reason


class _Loader(yaml.SafeLoader):
    """Without anchors: a few lines of them unfold into gigabytes. Without tags: data that is what it looks like has
    none. Dates and times stay as they are written."""

    _depth = 0

    yaml_implicit_resolvers = {
        key: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith((":timestamp", ":merge"))]
        for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise NotAllowed(Why(N_("không dùng được “*” để lặp lại; hãy viết đầy đủ")), event)
        if event.tag is not None:
            raise NotAllowed(Why(N_("không dùng được “!” trước giá trị")), event)
        if self._depth == DEEPEST:
            raise NotAllowed(Why(N_("lồng nhau quá sâu")), event)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[Any] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise NotAllowed(Why(N_("tên mục phải là chữ")), key)
            if key.value in seen:
                raise NotAllowed(Why(N_("mục “%(name)s” đứng hai lần"), name=key.value), key)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


# "07:30" must not become the sexagesimal number 27000, nor "no" a boolean where a name is meant.
_Loader.yaml_implicit_resolvers = {
    key: [(tag, regexp) for tag, regexp in resolvers if not (tag.endswith(":int") and key in "0123456789")]
    for key, resolvers in _Loader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^(?:0|[1-9][0-9]*)$"), list("0123456789"))


def parsed(text: str) -> tuple[Any, yaml.Node | None]:
    """What the text says, and its nodes with their lines; `FileRefused` where it is no YAML of ours."""
    try:
        root = yaml.compose(text, Loader=_Loader)
        return yaml.load(text, Loader=_Loader), root  # noqa: S506 - a safe loader, without aliases
    except NotAllowed as error:
        raise FileRefused([Fault("", _line_at(error), error.reason)]) from None
    except yaml.MarkedYAMLError as error:
        raise FileRefused([Fault("", _line_at(error), _why(error.problem or ""))]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise FileRefused([Fault("", line, Why(N_("có ký tự không in được")))]) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise FileRefused([Fault("", None, Why(UNREADABLE))]) from None


def _line_at(error: yaml.MarkedYAMLError) -> int | None:
    return error.problem_mark.line + 1 if error.problem_mark else None


def _why(problem: str) -> Why:
    known = next((words for sign, words in WHY.items() if re.search(sign, problem)), None)
    return Why(BECAUSE, why=Why(known)) if known else Why(UNREADABLE)


def line_of(node: yaml.Node | None, path: Sequence[Any]) -> int | None:
    """The line of the deepest part of a path that the file has."""
    line = node.start_mark.line + 1 if node is not None else None
    for part in path:
        step: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if str(key.value) == str(part):
                    step, line = value, key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            step = node.value[part]
            line = step.start_mark.line + 1
        if step is None:
            break
        node = step
    return line
