/** Keeps today's figures as they are now: the page is asked again for that part when the office moves on. */
import { connectLive } from "motcua/live";

import { pageConfig } from "motcua/api";

const GATHER_MS = 3000;

const { office } = pageConfig();
const part = document.getElementById("today");
let waiting = 0;

async function refresh() {
  waiting = 0;
  const answer = await fetch(`/reports/today?office=${encodeURIComponent(office)}`);
  if (!answer.ok || answer.redirected || !part) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  part.replaceChildren(...fresh.body.childNodes);
}

/** Many things happen in a hall within seconds; they are shown together. */
function soon() {
  waiting ||= window.setTimeout(() => refresh().catch(() => {}), GATHER_MS);
}

connectLive({ office, topics: ["board"], onEvent: soon, onSnapshot: soon });
