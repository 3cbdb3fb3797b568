"""The parent of several server processes: whatever ends it, they finish what they have begun."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import wait_until

CHILD = """
import pathlib, signal, sys, time
def finish(*_):
    time.sleep(0.3)
    pathlib.Path(sys.argv[1], "finished").touch()
    sys.exit()
signal.signal(signal.SIGTERM, finish)
pathlib.Path(sys.argv[1], "at-work").touch()
time.sleep(60)
"""
PARENT = """
import sys
from server.commands.processes import run
sys.exit(run(lambda address: [sys.executable, "-c", sys.argv[1], address], [sys.argv[2]]))
"""


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_who_is_told_to_end_lets_its_processes_finish(ending: signal.Signals, tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, CHILD, str(tmp_path)], start_new_session=True)
    wait_until((tmp_path / "at-work").exists, "a process at work")
    os.kill(parent.pid, ending)
    assert parent.wait(20) == 0
    assert (tmp_path / "finished").exists()
