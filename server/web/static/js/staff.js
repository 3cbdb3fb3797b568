/** A member of staff at a page: who it is, the ways in and out, and commands that outlive a session's token. */
import { api, ApiError, pageConfig, setCsrf } from "./api.js";

const AGAIN_MS = 3000;

/** To the sign-in and back to this very place. @param {{ended?: boolean}} [how] `ended`: somebody was at work here, who is told why */
export function signIn({ ended = false } = {}) {
  location.assign(`/login?${ended ? "ended=1&" : ""}next=${encodeURIComponent(location.pathname + location.search + location.hash)}`);
}

export async function signOut() {
  location.assign((await api.remove("/api/v1/session"))?.sign_out_url ?? "/login");
}

/**
 * Who is signed in, and the office that this page is about. Null when the browser leaves the page: nobody is signed in,
 * or the account must be secured first.
 * @returns {Promise<any>}
 */
export async function whoIsHere() {
  const me = await api.get("/api/v1/me");
  if (!me.user) return signIn() ?? null;
  if (me.user.must_secure) return location.assign("/account") ?? null;
  setCsrf(me.csrf_token);
  return { ...me, office: new URLSearchParams(location.search).get("office") ?? me.user.office ?? pageConfig().office };
}

/**
 * A command by its key; once more when this browser has signed in anew meanwhile, in another window.
 * @param {{path: string, body?: unknown}} wanted
 * @param {string} key
 * @returns {Promise<any>}
 */
export async function command(wanted, key) {
  try {
    return await api.post(wanted.path, wanted.body, { key });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "csrf_failed") throw error;
    setCsrf((await api.get("/api/v1/me")).csrf_token);
    return api.post(wanted.path, wanted.body, { key });
  }
}

/**
 * Start a live page: again and again while nobody answers.
 * @param {() => Promise<unknown>} start
 * @param {(text: string) => void} refused  says why it has not started
 */
export async function startUntilAnswered(start, refused) {
  try {
    await start();
  } catch (error) {
    if (error instanceof ApiError && error.code === "not_signed_in") return signIn();
    refused(error instanceof ApiError ? error.message : String(error));
    if (error instanceof ApiError && error.unsure) setTimeout(() => startUntilAnswered(start, refused), AGAIN_MS);
  }
}
