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
 * Services and procedures that answer a query, best first: each of a field's procedures is somebody's errand.
 * @param {Service[]} services
 * @param {string} query
 * @returns {Hit[]}
 */
export function search(services, query) {
  const asked = fold(query);
  if (!asked) return [];
  const hits = services.flatMap((service) => answersOf(service, asked)).filter((hit) => hit.rank > 0);
  return hits.sort((a, b) => b.rank - a.rank);
}

/** The field itself counts for one more than any of its procedures. @param {Service} service @param {string} asked @returns {Hit[]} */
function answersOf(service, asked) {
  const best = (/** @type {string[]} */ texts) => Math.max(...texts.map((text) => rank(text, asked)));
  const own = best(Object.values(service.names));
  const procedures = (service.procedures ?? []).map((procedure) => ({
    service, procedure, rank: best([procedure.code, ...Object.values(procedure.names)]),
  }));
  return [{ service, procedure: null, rank: own && own + 1 }, ...procedures];
}
