// @tinybirdco/mockingbird: made-up events.
import assert from "node:assert/strict";
import { TinybirdGenerator } from "@tinybirdco/mockingbird";

const { TINYBIRD_URL: url, TINYBIRD_TOKEN: token } = process.env;
const generator = new TinybirdGenerator({
  schema: {
    id: { type: "string.uuid" },
    tenant: { type: "mockingbird.pick", params: [{ values: ["mock"] }] },
    time: { type: "mockingbird.timestampNow" },
    n: { type: "number.int", params: [{ min: 0, max: 9 }] },
  },
  endpoint: url,
  datasource: "events",
  token,
  eps: 50,
  limit: 100,
});
await generator.generate();

const asked = new URLSearchParams({ tenant: "mock", token });
const answer = await (await fetch(`${url}/v0/pipes/by_tenant.json?${asked}`)).json();
assert.equal(answer.data[0].events, 100);
