"""Find texts in JavaScript for Babel.

Babel's own extractor loses calls inside template literals as soon as their arguments hold braces, and views are made
of such literals; so ours looks for `_("…"` and `_n("…"` anywhere outside comments.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import IO, Any

COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
CALL = re.compile(r"""(?<![\w$.])(?P<name>_n?)\(\s*(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`)""")


def extract(
    file: IO[bytes],
    _keywords: Any,
    _comment_tags: Any,
    options: Any,  # noqa: ARG001
) -> Iterator[tuple[int, str, tuple[str, ...] | str, list[str]]]:
    """Yield (line, function, text, comments) as Babel asks of an extraction method."""
    source = COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), file.read().decode())
    for call in CALL.finditer(source):
        line = source.count("\n", 0, call.start()) + 1
        if call["text"] == "`":
            name = getattr(file, "name", "?")
            raise SyntaxError(f"{name}:{line}: a text must be a plain string, to be found by its words")
        text = ast.literal_eval(call["text"])
        yield line, call["name"], text, []
