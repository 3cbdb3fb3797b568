import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { idleLeft, isFresh, paper, printerTrouble, resultLeft } from "../../kiosk/static/state.js";
import { entries } from "../../kiosk/static/layout.js";
import { kiosk, manyServices, office, service, ticket } from "./kiosk-hall.js";

const A = { type: "service", code: "A", key: "k1" };

/** @param {string} print */
function withNumber(print) {
  return kiosk().at(1, A).news({ type: "issued", key: "k1", ticket: ticket(print), at: 1500 });
}

describe("one touch, one number", () => {
  test("touching a field asks for its number at once", () => {
    const { state } = kiosk().at(1, A);
    assert.equal(state.screen, "issuing");
    assert.deepEqual(state.request, { key: "k1", service: "A", procedure: null, priority: null, language: "vi", attempt: 1, at: 1000 });
  });

  test("a double touch changes nothing, whichever field it hits", () => {
    const { state } = kiosk().at(1, A).at(1.05, { ...A, key: "k2" }).at(1.4, { type: "service", code: "B", key: "k3" });
    assert.equal(state.request?.key, "k1");
  });

  test("the answer shows the number; an answer to another touch does not", () => {
    const waiting = kiosk().at(1, A);
    assert.equal(waiting.news({ type: "issued", key: "other", ticket: ticket(), at: 1200 }).state.screen, "issuing");
    assert.equal(waiting.news({ type: "issued", key: "k1", ticket: ticket(), at: 1500 }).state.ticket?.number, "A012");
  });

  test("an impatient touch that lands on the next screen is not meant for it", () => {
    const shown = withNumber("printed").at(1.6, { type: "restart" });
    assert.equal(shown.state.screen, "ticket");
    assert.equal(shown.at(2, { type: "restart" }).state.screen, "home");
  });

  test("when nobody answers, trying again sends the same key", () => {
    const unsure = kiosk().at(1, A).news({ type: "refused", key: "k1", code: "timeout", text: "…", unsure: true, at: 9000 });
    assert.equal(unsure.state.screen, "refused");
    const again = unsure.at(10, { type: "retry" });
    assert.equal(again.state.screen, "issuing");
    assert.deepEqual([again.state.request?.key, again.state.request?.attempt], ["k1", 2]);
  });

  test("a refusal cannot be tried again", () => {
    const refused = kiosk().at(1, A).news({ type: "refused", key: "k1", code: "service_closed", text: "…", unsure: false, at: 1500 });
    assert.equal(refused.state.request, null);
    assert.equal(refused.at(3, { type: "retry" }).state.screen, "refused");
  });

  test("the way back forgets the request, so the next citizen's touch has a key of its own", () => {
    const next = kiosk().at(1, A).news({ type: "refused", key: "k1", code: "network", text: "…", unsure: true, at: 2000 })
      .at(3, { type: "restart" }).at(4, { ...A, key: "k9" });
    assert.equal(next.state.request?.key, "k9");
  });

  test("the number of a citizen who was given up does not come up for the next", () => {
    const next = kiosk().at(1, A).news({ type: "refused", key: "k1", code: "timeout", text: "…", unsure: true, at: 2000 })
      .at(3, { type: "restart" }).news({ type: "issued", key: "k1", ticket: ticket(), at: 4000 });
    assert.equal(next.state.screen, "home");
  });
});

describe("what a citizen says about themselves", () => {
  test("priority and language go with the request", () => {
    const { state } = kiosk().at(1, { type: "show", screen: "priority" }).at(2, { type: "priority", group: "elderly" })
      .at(3, { type: "language" }).at(4, A);
    assert.deepEqual([state.request?.priority, state.request?.language], ["elderly", "en"]);
  });

  test("the language goes round", () => {
    const english = kiosk().at(1, { type: "language" });
    assert.equal(english.state.language, "en");
    assert.equal(english.at(2, { type: "language" }).state.language, "vi");
  });

  test("the next citizen finds nothing of the one before", () => {
    const { state } = kiosk().at(1, { type: "large" }).at(2, { type: "low" }).at(3, { type: "language" }).at(4, A)
      .news({ type: "issued", key: "k1", ticket: ticket("printed"), at: 4500 }).at(6, { type: "restart" });
    assert.ok(isFresh(state));
    assert.equal(state.ticket, null);
  });
});

describe("fields that give no numbers", () => {
  const hall = office([service("A", "Hộ tịch", { open: false, closed_reason: "hours", opens_at: "2026-11-20T13:30:00+07:00" })]);

  test("a touch explains instead of asking", () => {
    const { state } = kiosk(hall).at(1, A);
    assert.deepEqual([state.screen, state.request], ["closed", null]);
  });

  test("its papers can be read all the same, but no number is taken from there", () => {
    const papers = kiosk(hall).at(1, { type: "show", screen: "fields" }).at(2, A);
    assert.equal(papers.state.screen, "papers");
    assert.equal(papers.at(3, { type: "take", code: "A", key: "k" }).state.screen, "closed");
  });
});

describe("back", () => {
  test("goes one step at a time", () => {
    const hall = office([service("A", "Hộ tịch", { procedures: [{ code: "1.1", names: { vi: "Khai sinh" } }] })]);
    const deep = kiosk(hall).at(1, { type: "show", screen: "fields" }).at(2, A).at(3, { type: "procedure", code: "1.1" });
    assert.equal(deep.state.procedure, "1.1");
    assert.deepEqual([deep.at(4, { type: "back" }).state.screen, deep.state.procedure], ["papers", null]);
    assert.deepEqual([deep.at(5, { type: "back" }).state.screen, deep.state.purpose], ["home", "papers"]);
    assert.equal(deep.at(6, { type: "back" }).state.purpose, "take");
  });
});

describe("typing", () => {
  test("letters, deleting, clearing", () => {
    const typed = kiosk().at(1, { type: "show", screen: "search" });
    for (const letter of [" ", "h", "o", " ", "t", "x", "delete"]) typed.at(1.5, { type: "letter", letter });
    assert.equal(typed.state.query, "ho t");
    assert.equal(typed.at(2, { type: "letter", letter: "clear" }).state.query, "");
  });

  test("fast fingers lose no letter", () => {
    const typed = kiosk().at(1, { type: "show", screen: "search" });
    for (const [i, letter] of [..."hotich"].entries()) typed.at(1.01 + i * 0.01, { type: "letter", letter });
    assert.equal(typed.state.query, "hotich");
  });
});

describe("nobody there", () => {
  test("warns before it goes back, and says how long", () => {
    const left = kiosk().at(1, { type: "show", screen: "priority" });
    assert.equal(idleLeft(left.until(45.5).state), null);
    assert.equal(idleLeft(left.until(47).state), 14);
    assert.equal(left.until(60.75).state.screen, "priority");
    assert.ok(isFresh(left.until(61).state));
  });

  test("more time is more time", () => {
    const kept = kiosk().at(1, { type: "show", screen: "priority" }).until(50).at(50, { type: "more_time" });
    assert.equal(idleLeft(kept.state), null);
    assert.equal(kept.until(100).state.screen, "priority");
  });

  test("larger letters or a low screen give twice the time", () => {
    const slow = kiosk().at(1, { type: "large" });
    assert.equal(idleLeft(slow.until(90).state), null);
    assert.equal(idleLeft(slow.until(92).state), 29);
  });

  test("the start waits for ever", () => {
    assert.equal(idleLeft(kiosk().until(3600).state), null);
  });

  test("a request under way is not interrupted", () => {
    assert.equal(kiosk().at(1, A).until(300).state.screen, "issuing");
  });
});

describe("the number and its paper", () => {
  test("a printed ticket leaves after 12 seconds, counted down", () => {
    const shown = withNumber("queued").news({ type: "print", ticket_id: "t1", state: "printed", at: 3000 });
    assert.equal(paper(shown.state), "printed");
    assert.equal(resultLeft(shown.state), 12);
    assert.equal(shown.until(14.75).state.screen, "ticket");
    assert.equal(shown.until(15).state.screen, "home");
  });

  test("the print of another ticket is not ours", () => {
    assert.equal(paper(withNumber("queued").news({ type: "print", ticket_id: "t2", state: "printed", at: 3000 }).state), "printing");
  });

  test("without paper the number stays for a minute, to be photographed", () => {
    const shown = withNumber("queued").news({ type: "print", ticket_id: "t1", state: "not_sent", at: 3000 });
    assert.equal(paper(shown.state), "failed");
    assert.equal(shown.until(62.75).state.screen, "ticket");
    assert.equal(shown.until(63).state.screen, "home");
  });

  test("a print that nobody confirms becomes a picture to take, for a minute from then", () => {
    const shown = withNumber("queued").until(17);
    assert.equal(paper(shown.state), "unsure");
    assert.equal(shown.until(76).state.screen, "ticket");
    assert.equal(shown.until(77).state.screen, "home");
  });

  test("a printer known to be out of paper is not waited for", () => {
    const hall = { ...office(), kiosk: { printer: { state: "error", detail: { paper: "out" } } } };
    const shown = kiosk(hall).at(1, A).news({ type: "issued", key: "k1", ticket: ticket(), at: 1500 });
    assert.equal(printerTrouble(shown.state), "paper");
    assert.equal(paper(shown.state), "failed");
    assert.equal(resultLeft(shown.state), 60);
  });

  test("who wants to look longer can", () => {
    const kept = withNumber("printed").at(5, { type: "more_time" });
    assert.equal(kept.until(40).state.screen, "ticket");
    assert.equal(kept.until(44).state.screen, "home");
  });
});

describe("waiting people", () => {
  test("news change the fields they name, and only those", () => {
    const { state } = kiosk().news({ type: "waiting", waiting: [{ service: "A", count: 4, expected_wait_s: { low: 60, high: 300 } }] });
    assert.deepEqual(state.office?.services.map(({ waiting }) => waiting), [4, 0]);
    assert.deepEqual(state.office?.services[0].expected_wait_s, { low: 60, high: 300 });
  });

  test("news without a wait keep the one that is known", () => {
    const { state } = kiosk().news({ type: "waiting", waiting: [{ service: "A", count: 4, expected_wait_s: { low: 60, high: 300 } }] })
      .news({ type: "waiting", waiting: [{ service: "A", count: 5 }] });
    assert.deepEqual(state.office?.services[0].expected_wait_s, { low: 60, high: 300 });
  });
});

describe("the catalogue of procedures", () => {
  const birth = { code: "1.001193", names: { vi: "Đăng ký khai sinh" }, papers: [{ vi: "Tờ khai" }] };
  const read = { type: "procedures", version: 7, services: [{ code: "A", procedures: [birth] }] };
  const listed = (/** @type {any} */ state) => state.office.services.map((/** @type {any} */ each) => each.procedures.length);

  test("comes after the office and outlives its next reading", () => {
    const hall = kiosk().news(read);
    assert.deepEqual(listed(hall.state), [1, 0]);
    assert.deepEqual(listed(hall.news({ type: "office", office: office() }).state), [1, 0]);
    assert.equal(hall.state.catalogue?.version, 7);
  });

  test("the one that was chosen goes with the number; where it is gone meanwhile, the number comes without it", () => {
    const asked = kiosk().news(read).at(1, { type: "procedure", service: "A", code: "1.001193" }).at(2, { type: "take", code: "A", key: "k1" });
    assert.equal(asked.state.request?.procedure, "1.001193");
    const again = asked.news({ type: "refused", key: "k1", code: "procedure_not_found", text: "…", unsure: false, at: 2500 }).state;
    assert.deepEqual([again.screen, again.request?.key, again.request?.procedure, again.request?.attempt], ["issuing", "k1", null, 2]);
  });

  test("it is nobody else's, and not another field's", () => {
    const seen = kiosk().news(read).at(1, { type: "procedure", service: "A", code: "1.001193" });
    assert.equal(seen.at(2, { type: "take", code: "B", key: "k1" }).state.request?.procedure, null);
    assert.equal(seen.at(2, { type: "restart" }).at(3, A).state.request?.procedure, null);
  });

  test("a procedure that was searched for shows its papers before its number", () => {
    const hall = kiosk().news(read).at(1, { type: "show", screen: "search" });
    const { state } = hall.at(2, { type: "procedure", service: "A", code: "1.001193" });
    assert.deepEqual([state.screen, state.service, state.procedure], ["papers", "A", "1.001193"]);
    assert.equal(state.request, null);
  });
});

describe("the way of somebody of eighty", () => {
  /** Touches whatever comes first until a number is being taken. @param {ReturnType<typeof kiosk>} hall */
  function touches(hall) {
    let count = 0;
    while (hall.state.screen !== "issuing") {
      const [first] = entries(hall.state);
      const touch = first.kind === "group" ? { type: "group", key: first.key } : { type: "service", code: first.service.code, key: "k1" };
      hall.at(++count, touch);
      assert.ok(count < 9, hall.state.screen);
    }
    return count;
  }

  test("is one touch where the fields have room", () => assert.equal(touches(kiosk()), 1));
  test("and two with seventy of them", () => assert.equal(touches(kiosk(office(manyServices()))), 2));
});
