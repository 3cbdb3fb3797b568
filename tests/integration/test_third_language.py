"""A further language is only a catalogue away: one is dropped into a copy of the program, and nothing else is done."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

ROOT = Path(__file__).parents[2]
KOREAN = {
    "kiosk": {"Chọn lĩnh vực": "분야를 선택하세요"},
    "server": {"SỐ THỨ TỰ": "대기 번호", "Không tìm thấy số thứ tự này.": "번호를 찾을 수 없습니다."},
    "display": {"Đang chờ": "대기 중"},
}
STORY = """
import json, sys
from pathlib import Path
from server.app import create_server
from server.settings import Settings
from server.db.migrate import upgrade
from server.domain.words import Role
from server.services.access import Actor
from server.services.serving import call_next, open_counter
from server.services.staff import put_staff
from tests.offices import bearer, furnish

settings = Settings(secret_key="for tests, not for offices", database_url=f"sqlite:///{sys.argv[1]}/o.db",
                    data_dir=Path(sys.argv[1]), async_mode="threading")
server = create_server(settings)
upgrade(server.engine)
furnish(server.system.uow, people=False)
client = server.app.test_client(use_cookies=False)
api = "/api/v1/offices/demo"
asked = {"service": "A", "language": "ko"}
ticket = client.post(f"{api}/tickets", json=asked, headers=bearer("kiosk") | {"Idempotency-Key": "k"})
with server.system.uow.command("demo") as tx:
    lan = put_staff(tx, "lan", "Lan", [Role.OFFICER], None)
    officer = Actor("staff", lan, roles={"demo": frozenset({Role.OFFICER})})
    open_counter(tx, officer, 1)
    call_next(tx, officer, 1)
waiting = client.post(f"{api}/tickets", json=asked, headers=bearer("kiosk") | {"Idempotency-Key": "m"})
said = {language: client.get(f"/display/demo/speech/A001/1.{language}.wav") for language in ("vi", "en", "ko")}
jobs = client.get("/api/v1/agent/jobs", headers=bearer("agent")).json["jobs"]
print(json.dumps({
    "status": ticket.status_code,
    "languages": client.get(api).json["languages"],
    "texts": client.get("/i18n/ko.json").json["messages"],
    "page": "ko" in client.get("/kiosk?lang=ko").text,
    "paper": jobs[0]["content"],
    "offline": client.get(api).json["texts"]["ticket"]["ko"]["heading"],
    "board": client.get(f"{api}/board").json,
    "spoken": [said["ko"].data == said[language].data for language in ("vi", "en")],
    "heard": said["ko"].status_code,
    "refusal": client.get("/api/v1/track/nobody", headers={"Accept-Language": "ko"}).json["detail"],
    "unknown": client.post(f"{api}/tickets", json=asked | {"language": "xx"},
                           headers=bearer("kiosk") | {"Idempotency-Key": "l"}).status_code,
}))
"""


@pytest.fixture
def copy_with_korean(tmp_path: Path) -> Path:
    for room in ("server", "kiosk", "display", "hardware", "tests"):
        leave = shutil.ignore_patterns("__pycache__", "vendor", "fonts", "*.png")
        shutil.copytree(ROOT / room, tmp_path / room, ignore=leave)
    for room, texts in KOREAN.items():
        catalogue = Catalog(locale="ko")
        for vietnamese, korean in texts.items():
            catalogue.add(vietnamese, korean)
        target = tmp_path / room / "locale" / "ko" / "LC_MESSAGES" / "messages.mo"
        target.parent.mkdir(parents=True)
        with target.open("wb") as file:
            write_mo(file, catalogue)
    return tmp_path


def test_a_dropped_in_catalogue_reaches_kiosk_ticket_and_board(copy_with_korean: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", STORY, str(data)], env=os.environ | {"PYTHONPATH": str(copy_with_korean)},
        cwd=copy_with_korean, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["status"], told["unknown"]) == (201, 422)
    assert told["languages"] == ["vi", "en", "ko"]
    assert told["texts"]["Chọn lĩnh vực"] == "분야를 선택하세요" and told["page"]
    assert (told["paper"]["language"], told["paper"]["heading"]) == ("ko", "대기 번호")
    assert told["offline"] == "대기 번호"
    assert told["paper"]["service"] == "Hộ tịch", "what it lacks is said in Vietnamese"
    call, waiting = told["board"]["calls"][0], told["board"]["waiting"][0]["count"]
    assert (call["number"], call["language"], waiting) == ("A001", "ko", 1), "the board knows whose language it is"
    assert told["texts"]["Đang chờ"] == "대기 중", "and its own words are in it"
    assert (told["heard"], told["spoken"]) == (200, [True, False]), "the voice falls back on Vietnamese"
    assert told["refusal"] == "번호를 찾을 수 없습니다."
