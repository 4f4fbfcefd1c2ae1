// @tinybirdco/flock.js on a page of another site, by https, without which its cookie is not kept.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { JSDOM } from "jsdom";

const { TINYBIRD_URL: url, TINYBIRD_TOKEN: token } = process.env;
const script = readFileSync(createRequire(import.meta.url).resolve("@tinybirdco/flock.js"), "utf8");
const page = new JSDOM("<!doctype html><title>A shop</title>", {
  url: "https://shop.example/cart?x=1",
  runScripts: "outside-only",
  pretendToBeVisual: true,
});
const { window } = page;
Object.defineProperty(window.document, "currentScript", {
  get: () => {
    const tag = window.document.createElement("script");
    tag.setAttribute("data-host", url);
    tag.setAttribute("data-token", token);
    return tag;
  },
});
window.eval(script);
window.Tinybird?.trackEvent?.("bought", { price: 3 });

async function counted() {
  const q = "SELECT count() AS n FROM analytics_events WHERE action IN ('page_hit', 'bought') FORMAT JSON";
  const answer = await fetch(`${url}/v0/sql?${new URLSearchParams({ q, token })}`);
  return (await answer.json()).data[0].n;
}
const until = Date.now() + 20_000;
while (!(await counted()) && Date.now() < until) await new Promise((done) => setTimeout(done, 100));
assert.ok((await counted()) > 0);
window.close();
