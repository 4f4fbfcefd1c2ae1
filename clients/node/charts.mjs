// @tinybirdco/charts on a page of another site: its hook, with few parameters (GET) and with many (POST, preflight).
import assert from "node:assert/strict";
import { JSDOM } from "jsdom";

const { TINYBIRD_URL: url, TINYBIRD_TOKEN: token } = process.env;
const { window } = new JSDOM("<!doctype html><div id=root></div>", { url: "http://shop.example/" });
Object.assign(globalThis, { window, document: window.document, navigator: window.navigator });
const React = await import("react");
const { createRoot } = await import("react-dom/client");
const charts = await import("@tinybirdco/charts");
const useQuery = charts.useQuery ?? charts.default?.useQuery;

const row = JSON.stringify({ id: "c", tenant: "charts", time: "2026-01-01 00:00:00", n: 5 });
await fetch(`${url}/v0/events?${new URLSearchParams({ name: "events", token, wait: "true" })}`, { method: "POST", body: row });

function asked(params, how = {}) {
  return new Promise((done) => {
    function Shown() {
      const state = useQuery({ endpoint: `${url}/v0/pipes/by_tenant.json`, token, params, ...how });
      React.useEffect(() => {
        if (!state.loading && (state.data || state.error)) done(state);
      });
      return null;
    }
    createRoot(document.createElement("div")).render(React.createElement(Shown));
  });
}

const few = await asked({ tenant: "charts" });
assert.equal(few.data[0].total, 5, few.error);
assert.equal(few.meta[0].name, "tenant");
const many = await asked({ tenant: "charts", without: "x".repeat(3000) });
assert.equal(many.data[0].total, 5, many.error);
const wrong = await asked({ tenant: "charts", least: "x" });
assert.match(String(wrong.error), /Error validating/);
window.close();
process.exit(0);
