/**
 * The server's JSON API as a page uses it: a time-out on every request, CSRF, refusals as errors with the server's
 * code, and writes that may be repeated because they carry the same Idempotency-Key each time.
 *
 * @typedef {object} Options
 * @property {typeof globalThis.fetch} [fetch]
 * @property {() => string} [csrf]         CSRF token of this page
 * @property {() => string} [language]     language of the texts in refusals
 * @property {(ms: number) => Promise<void>} [sleep]
 * @property {number} [timeout]            milliseconds a single attempt may take
 * @property {number[]} [pauses]           milliseconds before each further attempt
 * @property {{[name: string]: string}} [also]  further headers of every request
 */
import { _, language as pageLanguage } from "./i18n.js";

const UNSURE = new Set([502, 503, 504]);
/** A film takes its time on an office's line. */
const UPLOAD_MS = 600_000;

/** A refusal, or no answer at all (`network`, `timeout`). `message` is a sentence for the person at the screen. */
export class ApiError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {number} [status]
   * @param {{[field: string]: unknown}} [problem]  the whole problem document
   */
  constructor(code, message, status = 0, problem = {}) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.problem = problem;
  }

  /** Nobody answered, so the caller cannot know whether the command was carried out. */
  get unsure() {
    return this.status === 0 || UNSURE.has(this.status);
  }
}

/**
 * A key that no other press has. `crypto.randomUUID` is missing on plain http, which is what many offices run.
 */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Options} [options] */
export function createApi(options = {}) {
  const {
    fetch = (input, init) => globalThis.fetch(input, init),
    csrf = csrfOfPage,
    language = pageLanguage,
    sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    timeout = 8000,
    pauses = [400, 1200, 2500],
    also = {},
  } = options;

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {string} [key]
   */
  async function attempt(method, path, body, key) {
    const abort = new AbortController();
    const isFile = body instanceof Blob;
    const timer = setTimeout(() => abort.abort(), isFile ? UPLOAD_MS : timeout);
    /** @type {{[name: string]: string}} */
    const headers = { Accept: "application/json", "Accept-Language": language(), ...also };
    if (method !== "GET") headers["X-CSRFToken"] = csrf();
    if (body !== undefined) headers["Content-Type"] = isFile ? body.type || "application/octet-stream" : "application/json";
    if (key) headers["Idempotency-Key"] = key;
    const content = body === undefined || isFile ? body : JSON.stringify(body);
    try {
      const init = { method, headers, body: content, signal: abort.signal, credentials: "same-origin", cache: "no-store" };
      const response = await fetch(path, /** @type {RequestInit} */ (init));
      const text = response.status === 204 ? "" : await response.text();
      return answer(response, text);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw abort.signal.aborted
        ? new ApiError("timeout", _("Máy chủ chưa trả lời. Xin thử lại."))
        : new ApiError("network", _("Không kết nối được với máy chủ."));
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Only reads and keyed writes are repeated: the same key gives the same answer.
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {string} [key]
   * @param {number} [attempts]
   */
  async function request(method, path, body, key, attempts = pauses.length + 1) {
    for (let tried = 1; ; tried += 1) {
      try {
        return await attempt(method, path, body, key);
      } catch (error) {
        const repeatable = method === "GET" || key !== undefined;
        if (!(error instanceof ApiError) || !error.unsure || !repeatable || tried >= attempts) throw error;
        await sleep(pauses[tried - 1] ?? 0);
      }
    }
  }

  return {
    /** @param {string} path @param {{attempts?: number}} [how] @returns {Promise<any>} */
    get: (path, how = {}) => request("GET", path, undefined, undefined, how.attempts),
    /**
     * A command; give `key` to name the press that it belongs to, else each call is a press of its own.
     * @param {string} path
     * @param {unknown} [body]
     * @param {{key?: string, attempts?: number}} [how]
     * @returns {Promise<any>}
     */
    post: (path, body = {}, how = {}) => request("POST", path, body, how.key ?? newKey(), how.attempts),
    /** @param {string} path @param {unknown} body @param {{key?: string}} [how] @returns {Promise<any>} */
    put: (path, body, how = {}) => request("PUT", path, body, how.key ?? newKey()),
    /** A file as it is, once: sending it again is for a person to decide. @param {string} method @param {string} path @param {Blob} file @returns {Promise<any>} */
    upload: (method, path, file) => request(method, path, file, undefined, 1),
    /** @param {string} path @param {{key?: string}} [how] @returns {Promise<any>} */
    remove: (path, how = {}) => request("DELETE", path, undefined, how.key ?? newKey()),
  };
}

/**
 * @param {{ok: boolean, status: number}} response
 * @param {string} text
 */
function answer(response, text) {
  const data = parse(text);
  if (response.ok) return data;
  const problem = data && typeof data === "object" ? data : {};
  const message = problem.detail || problem.title || _("Máy chủ báo lỗi %(status)s.", { status: response.status });
  throw new ApiError(problem.code || `http_${response.status}`, message, response.status, problem);
}

/** @param {string} text */
function parse(text) {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function csrfOfPage() {
  return document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
}

/**
 * After signing in, the session has a token of its own.
 * @param {string} token
 */
export function setCsrf(token) {
  document.querySelector('meta[name="csrf-token"]')?.setAttribute("content", token);
}

/** The configuration that the page's shell carries. @returns {any} */
export function pageConfig() {
  return JSON.parse(document.getElementById("config")?.textContent || "{}");
}

export const api = createApi();
