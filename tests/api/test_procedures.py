"""The procedure that was chosen goes with the number: onto paper, to the counter and to the phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hardware.printing.content import TicketContent
from hardware.printing.encode import encode
from hardware.printing.profiles import load
from server.app import Server
from server.commands.demo_office import OFFICE
from server.services import bring
from server.services.access import Actor
from server.services.offices import put_office
from tests.api.conftest import Person

BIRTH = "1.001193"
OF_THE_FIELD = "Chuẩn bị: giấy chứng sinh (bản chính); tờ khai; căn cước của cha, mẹ"
LONG = [{"vi": f"Giấy tờ số {n} có công chứng của địa phương", "en": f"Paper no. {n}"} for n in range(1, 8)]


@pytest.fixture
def agent(device: Callable[[str], Person]) -> Person:
    return device("agent")


def papers(agent: Person) -> list[str]:
    return [job["content"]["papers"] for job in (agent.get("/agent/jobs").json or {})["jobs"]]


def test_the_papers_of_the_procedure_stand_on_the_ticket_the_console_and_the_phone(
    kiosk: Person, agent: Person, officer: Person
) -> None:
    told, english = kiosk.take(procedure=BIRTH), kiosk.take(procedure=BIRTH, language="en")
    assert told["procedure"] == BIRTH and len(told["papers"]) == 4
    listed = (kiosk.get("/offices/demo/procedures").json or {})["services"][0]["procedures"][0]
    assert papers(agent) == [listed["on_paper"]["vi"], listed["on_paper"]["en"]] != [OF_THE_FIELD] * 2
    assert english["papers"] == told["papers"]
    line = (officer.get("/offices/demo/floor").json or {})["line"]
    assert [each["procedure"] for each in line] == [BIRTH, BIRTH]
    assert officer.next()["procedure"] == BIRTH
    token = english["track_url"].rsplit("/", 1)[-1]
    phone = kiosk.get(f"/track/{token}").json or {}
    assert (phone["procedure"]["code"], phone["papers"]) == (BIRTH, told["papers"])
    assert "Birth registration" in kiosk.client.get(f"/t/{token}").text, "also as the server draws it"


@pytest.mark.parametrize(("service", "procedure"), [("A", "9.999999"), ("B", BIRTH)])
def test_a_procedure_that_the_field_does_not_have_is_refused(
    kiosk: Person, server: Server, service: str, procedure: str
) -> None:
    body = {"service": service, "procedure": procedure}
    answer = kiosk.post("/offices/demo/tickets", body, key="k", **{"Accept-Language": "en"})
    assert (answer.status_code, (answer.json or {})["code"]) == (404, "procedure_not_found")
    assert procedure in (answer.json or {})["detail"]
    assert kiosk.take(service)["number"] == f"{service}001", "no number was used up"


def test_one_key_is_one_procedure(kiosk: Person) -> None:
    ask = lambda code: kiosk.post("/offices/demo/tickets", {"service": "A", "procedure": code}, key="same")  # noqa: E731
    assert ask(BIRTH).json == ask(BIRTH).json
    assert (ask("1.000894").json or {})["code"] == "idempotency_key_reused"


@pytest.mark.parametrize("verb", ["transfer", "go-on"])
def test_in_another_field_it_is_another_errand(kiosk: Person, agent: Person, officer: Person, verb: str) -> None:
    ticket = kiosk.take(procedure=BIRTH)
    officer.next()
    assert officer.do(ticket, verb, service="B").status_code == 200
    assert officer.post(f"/tickets/{ticket['id']}/print").status_code == 200
    after = (officer.get("/offices/demo/floor").json or {})["line"][0]
    assert (after["service"], after["procedure"]) == ("B", None)
    assert papers(agent)[-1] == (kiosk.take("B") and papers(agent)[-1])


def test_a_list_too_long_for_paper_says_how_many_more_and_the_phone_has_all(
    kiosk: Person, agent: Person, server: Server
) -> None:
    long = {"code": "9.1", "names": {"vi": "Dài"}, "papers": LONG}
    services = [service | {"procedures": [long]} for service in OFFICE["services"]]
    put_office(server.system.uow, OFFICE | {"services": services}, Actor("tests"))
    told = kiosk.take(procedure="9.1")
    assert papers(agent) == [
        "Chuẩn bị: Giấy tờ số 1 có công chứng của địa phương; Giấy tờ số 2 có công chứng của địa phương; "
        "và 5 giấy tờ khác"
    ]
    phone = kiosk.get(f"/track/{told['track_url'].rsplit('/', 1)[-1]}").json or {}
    assert len(phone["papers"]) == len(LONG)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_procedure_of_a_ward_is_within_what_a_slow_line_prints(
    kiosk: Person, agent: Person, language: str
) -> None:
    told = kiosk.take(priority="elderly", language=language)
    (job,) = (agent.get("/agent/jobs").json or {})["jobs"]
    assert told["number"] == "A001"
    content = job["content"] | {"ahead": ["Trước ông/bà", "15 người"], "wait": ["Chờ", "20–35 phút"]}
    sizes = {
        procedure["code"]: len(encode(TicketContent.from_job(content | {"papers": line}), load("serial-80")).data)
        for service in OFFICE["services"]
        for procedure in service["procedures"]
        if (line := bring.on_paper(procedure["papers"], language))
    }
    assert max(sizes.values()) <= 4000, sizes
