"""Bodies that are files: how much of one is read, and where to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import request

from server.domain.errors import Unavailable

CHUNK = 256 * 1024


def content(most: int) -> bytes:
    """The body of this request, at most `most` bytes; a larger one is refused before it is read."""
    request.max_content_length = most
    return request.get_data(cache=False)


@contextmanager
def received(data_dir: Path, most: int) -> Iterator[Path]:
    """The body of this request as a file, in a folder that is gone afterwards with all that was made beside it."""
    request.max_content_length = most
    parent = data_dir / "incoming"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=parent))
        path = folder / "file"
        with path.open("wb") as file:
            while part := request.stream.read(CHUNK):
                file.write(part)
    except OSError as error:
        raise Unavailable from error
    try:
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)
