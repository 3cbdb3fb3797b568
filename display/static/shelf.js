/**
 * Pictures and films on this screen's own disk, by their content: a line that is cut does not empty the wall, and a
 * film comes over the line once and not every morning. IndexedDB, because offices run plain http, where a browser has no
 * Cache API and no service worker.
 *
 * @typedef {{get: (key: string) => Promise<Blob | undefined>, put: (key: string, blob: Blob) => Promise<void>,
 *   remove: (key: string) => Promise<void>, keys: () => Promise<string[]>}} Drawer
 */
const NAME = "motcua-signage";
const STORE = "files";

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @returns {Promise<Drawer>} */
async function onDisk() {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const base = await done(opening);
  const store = (/** @type {IDBTransactionMode} */ mode) => base.transaction(STORE, mode).objectStore(STORE);
  return {
    get: (key) => done(store("readonly").get(key)),
    put: async (key, blob) => void (await done(store("readwrite").put(blob, key))),
    remove: async (key) => done(store("readwrite").delete(key)),
    keys: async () => /** @type {string[]} */ (await done(store("readonly").getAllKeys())),
  };
}

/** A browser that keeps nothing (or whose disk is full) still shows what it has fetched. @returns {Drawer} */
export function inMemory() {
  /** @type {Map<string, Blob>} */
  const held = new Map();
  return {
    get: async (key) => held.get(key),
    put: async (key, blob) => void held.set(key, blob),
    remove: async (key) => void held.delete(key),
    keys: async () => [...held.keys()],
  };
}

/** @returns {Promise<Drawer>} */
export const openDrawer = () => onDisk().catch(inMemory);

/**
 * @param {{open?: () => Promise<Drawer>, fetch?: (url: string) => Promise<Blob>, link?: (blob: Blob) => string,
 *   unlink?: (url: string) => void, onChange: () => void}} options
 */
export function createShelf({ open = openDrawer, fetch = fetchBlob, link = (blob) => URL.createObjectURL(blob), unlink = (url) => URL.revokeObjectURL(url), onChange }) {
  const drawer = open();
  /** @type {Map<string, string>} */
  const links = new Map();
  let turn = 0;

  /** @param {string} digest @param {string} url */
  async function bring(digest, url) {
    const held = await (await drawer).get(digest).catch(() => undefined);
    const blob = held ?? (await fetch(url));
    if (!held) await (await drawer).put(digest, blob).catch(() => undefined);
    return blob;
  }

  /** Have these files, and no others. @param {{digest: string, url: string}[]} wanted */
  async function want(wanted) {
    turn += 1;
    const mine = turn;
    const needed = new Set(wanted.map((file) => file.digest));
    for (const [digest, url] of links) {
      if (needed.has(digest)) continue;
      links.delete(digest);
      unlink(url);
    }
    const kept = await (await drawer).keys().catch(() => []);
    for (const digest of kept) if (!needed.has(digest)) await (await drawer).remove(digest).catch(() => undefined);
    let missing = 0;
    // One after another: the hall's line is shared with the calls.
    for (const { digest, url } of wanted) {
      if (mine !== turn) return 0;
      if (links.has(digest)) continue;
      const blob = await bring(digest, url).catch(() => null);
      if (blob === null) missing += 1;
      else if (mine === turn) links.set(digest, link(blob));
      onChange();
    }
    return missing;
  }

  return { want, has: () => new Set(links.keys()), urlOf: (/** @type {string} */ digest) => links.get(digest) ?? "" };
}

/** @param {string} url */
async function fetchBlob(url) {
  const answer = await globalThis.fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return answer.blob();
}
