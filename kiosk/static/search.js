/**
 * Finding a field or a procedure by what people type: without diacritics, in any case, by the beginnings of words.
 *
 * @typedef {import("./state.js").Service} Service
 * @typedef {import("./state.js").Procedure} Procedure
 * @typedef {{service: Service, procedure: Procedure | null, rank: number}} Hit
 */

/** "Hộ tịch" → "ho tich". @param {string} text */
export function fold(text) {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/**
 * How well a text answers: 3 begins with the query, 2 its words begin with the query's words in order, 1 in any
 * order, 0 not at all.
 * @param {string} text
 * @param {string} query  folded
 */
export function rank(text, query) {
  const folded = fold(text);
  if (folded.startsWith(query)) return 3;
  const words = folded.split(" ");
  const asked = query.split(" ");
  if (` ${folded}`.includes(` ${query}`)) return 2;
  return asked.every((part) => words.some((word) => word.startsWith(part))) ? 1 : 0;
}

/**
 * Services that answer a query, best first; a service found by one of its procedures says which.
 * @param {Service[]} services
 * @param {string} query
 * @returns {Hit[]}
 */
export function search(services, query) {
  const asked = fold(query);
  if (!asked) return [];
  const hits = services.map((service) => best(service, asked)).filter((hit) => hit.rank > 0);
  return hits.sort((a, b) => b.rank - a.rank);
}

/** @param {Service} service @param {string} asked @returns {Hit} */
function best(service, asked) {
  const own = Math.max(...Object.values(service.names).map((name) => rank(name, asked)));
  if (own > 0) return { service, procedure: null, rank: own + 1 };
  let found = /** @type {Hit} */ ({ service, procedure: null, rank: 0 });
  for (const procedure of service.procedures ?? []) {
    const texts = [procedure.code, ...Object.values(procedure.names)];
    const score = Math.max(...texts.map((text) => rank(text, asked)));
    if (score > found.rank) found = { service, procedure, rank: score };
  }
  return found;
}
