// Rows as a table.

import { h } from "./dom.js";

const MOST_ROWS = 1000;

export const isNumber = (type) => /^(Nullable\(|LowCardinality\()*(U?Int\d+|Float\d+|Decimal)/.test(type);

export function table(meta, rows) {
  if (!rows.length) return h("p", { class: "note" }, "No rows.");
  const head = h("tr", {}, meta.map((column) =>
    h("th", { scope: "col", class: isNumber(column.type) ? "number" : "" }, column.name, h("span", { class: "type mono" }, column.type))));
  const body = rows.slice(0, MOST_ROWS).map((row) => h("tr", {}, meta.map((column) => cell(row[column.name], column.type))));
  return h("div", {},
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Rows" }, h("table", {}, h("thead", {}, head), h("tbody", {}, body))),
    rows.length > MOST_ROWS ? h("p", { class: "note" }, `The first ${MOST_ROWS.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows.`) : null);
}

function cell(value, type) {
  if (value === null || value === undefined) return h("td", { class: "empty" }, "null");
  if (value === "") return h("td", { class: "empty" }, "empty");
  return h("td", { class: isNumber(type) ? "number" : "" }, typeof value === "object" ? JSON.stringify(value) : String(value));
}
