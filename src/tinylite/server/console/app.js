// The pages /endpoints and /endpoints/NAME, made of what /v0/pipes/openapi.json says to the one who asks.

import { ask, parse, reason } from "./answers.js";
import { chart } from "./chart.js";
import { h, tabs } from "./dom.js";
import { parameterForm } from "./form.js";
import { snippets } from "./snippets.js";
import { table } from "./table.js";

const KEPT = "tinylite.token";
const MOST_TEXT = 200_000;
const content = document.getElementById("content");
const name = decodeURIComponent(location.pathname.replace(/\/+$/, "").split("/")[2] ?? "");

// `#view=Chart` shows the chart first.
let view = new URLSearchParams(location.hash.slice(1)).get("view") ?? "Table";

// -- the token: of the address, which forgets it at once, or typed; kept until the tab is closed ----------------------

function tokenOfAddress() {
  const address = new URL(location.href);
  const hash = new URLSearchParams(address.hash.slice(1));
  const found = hash.get("token") ?? address.searchParams.get("token");
  if (found !== null) {
    address.searchParams.delete("token");
    hash.delete("token");
    address.hash = hash.toString();
    history.replaceState(null, "", address);
  }
  return found;
}

let token = tokenOfAddress();
if (token === null) token = sessionStorage.getItem(KEPT) ?? "";
keep(token);

function keep(text) {
  token = text.trim();
  if (token) sessionStorage.setItem(KEPT, token);
  else sessionStorage.removeItem(KEPT);
  document.getElementById("token").value = token;
  document.getElementById("forget").hidden = !token;
}

document.getElementById("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  keep(document.getElementById("token").value);
  load();
});
document.getElementById("forget").addEventListener("click", () => {
  keep("");
  load();
});

// -- pages ------------------------------------------------------------------------------------------------------------

function show(...children) {
  content.replaceChildren(...children);
}

const problem = (text) => h("p", { class: "problem", role: "alert" }, text);

async function load() {
  if (!token) {
    show(h("h1", {}, name || "Endpoints"), h("p", { class: "lead" }, "A token is needed to read this page: paste one above. It stays in this tab and goes to this server only."));
    document.getElementById("token").focus();
    return;
  }
  try {
    const answer = await ask("/v0/pipes/openapi.json", token);
    if (!answer.ok) return show(h("h1", {}, name || "Endpoints"), problem(reason(answer)));
    const paths = JSON.parse(answer.text).paths;
    const endpoints = Object.entries(paths).map(([path, operations]) => ({ path, name: operations.get.operationId, ...operations.get }));
    if (!name) return index(endpoints);
    const found = endpoints.find((each) => each.name === name);
    if (found) return page(found);
    show(h("h1", {}, name), problem("There is no such endpoint, or the token may not read it."));
  } catch (failure) {
    show(h("h1", {}, name || "Endpoints"), problem(`The server does not answer: ${failure.message}`));
  }
}

function index(endpoints) {
  show(h("h1", {}, "Endpoints"),
    h("p", { class: "lead" }, endpoints.length ? `${endpoints.length} that the token may read.` : "There is none that the token may read."),
    h("ul", { class: "list" }, endpoints.map((each) => h("li", {}, h("div", { class: "card" },
      h("a", { href: `/endpoints/${encodeURIComponent(each.name)}` }, each.name),
      h("p", {}, each.description ?? ""),
      h("ul", { class: "chips mono", "aria-label": "Parameters" }, (each.parameters ?? []).map((parameter) => h("li", {}, parameter.name))))))));
}

function page(endpoint) {
  document.title = `${endpoint.name} – Endpoints`;
  const url = location.origin + endpoint.path;
  const parameters = (endpoint.parameters ?? []).filter((parameter) => parameter.in === "query");
  const result = h("section", { class: "card", "aria-label": "Result" }, h("p", { class: "note" }, "Fill in what is required, and run it."));
  const programs = h("section", { class: "card", "aria-label": "Programs" });
  const { form, button, read } = parameterForm(parameters, new URLSearchParams(location.search), run);
  form.addEventListener("input", describe);
  let language = "curl";

  function describe() {
    const texts = Object.entries(snippets(url, read())).map(([title, text]) => [title, code(text, title)]);
    programs.replaceChildren(h("h2", {}, "Ask it from a program"), tabs("Languages", texts, language, (title) => { language = title; }));
  }

  async function run() {
    const values = read();
    const address = new URL(location.href);
    address.search = values.toString();
    history.replaceState(null, "", address);
    describe();
    button.disabled = true;
    result.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(`${endpoint.path}?${values}`, token);
      result.replaceChildren(...(answer.ok ? answered(answer, values) : [
        h("div", { class: "row spread" }, h("h2", {}, `Refused with ${answer.status}`)), problem(reason(answer))]));
    } catch (failure) {
      result.replaceChildren(problem(`The server does not answer: ${failure.message}`));
    } finally {
      button.disabled = false;
      result.removeAttribute("aria-busy");
    }
  }

  function answered(answer, values) {
    const { meta, data, rows, statistics } = parse(answer.text);
    const figures = `${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"} · ${answer.ms.toFixed(0)} ms · ${statistics.rows_read.toLocaleString("en")} rows read`;
    const raw = answer.text.length > MOST_TEXT ? `${answer.text.slice(0, MOST_TEXT)}\n…` : answer.text;
    const views = [["Table", table(meta, data)], ["Chart", chart(meta, data)], ["JSON", h("pre", { tabindex: "0" }, raw)]];
    return [
      h("div", { class: "row spread" },
        h("p", { class: "status", role: "status" }, h("span", { class: "ok" }, String(answer.status)), ` · ${figures}`),
        h("div", { class: "row" }, ["csv", "ndjson", "parquet"].map((format) =>
          h("button", { type: "button", class: "quiet", onclick: () => save(format, values) }, format)))),
      tabs("Views", views, view, (title) => { view = title; }),
    ];
  }

  async function save(format, values) {
    const path = endpoint.path.replace(/json$/, format);
    const response = await fetch(`${path}?${values}`, { headers: { authorization: `Bearer ${token}` }, credentials: "omit" });
    if (!response.ok) return result.prepend(problem(reason({ text: await response.text(), status: response.status })));
    const address = URL.createObjectURL(await response.blob());
    h("a", { href: address, download: `${endpoint.name}.${format}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  describe();
  show(
    h("h1", {}, endpoint.name),
    h("p", { class: "lead" }, endpoint.description ?? ""),
    h("p", { class: "mono note" }, `GET ${endpoint.path}`),
    h("div", { class: "layout" },
      h("section", { class: "card", "aria-label": "Parameters" }, h("h2", {}, "Parameters"), form),
      h("div", {}, result, programs)));
  if (parameters.every((parameter) => !parameter.required || read().has(parameter.name))) run();
}

function code(text, title) {
  const program = h("pre", { tabindex: "0" }, text);
  const copy = h("button", { type: "button", class: "quiet", onclick: () => copied(program, copy) }, "Copy");
  const where = title === "curl" ? "The token is in $TOKEN." : "The token is in the environment variable TOKEN.";
  return h("div", {}, h("div", { class: "row spread" }, h("span", { class: "note" }, where), copy), program);
}

// Browsers give the clipboard to pages of https and of this machine only; elsewhere the text is selected.
async function copied(program, button) {
  if (!navigator.clipboard) return getSelection().selectAllChildren(program);
  await navigator.clipboard.writeText(program.textContent);
  button.textContent = "Copied";
}

load();
