// @tinybirdco/sdk: its client.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createClient, TinybirdError } from "@tinybirdco/sdk";

const { TINYBIRD_URL: baseUrl, TINYBIRD_TOKEN: token } = process.env;
const client = createClient({ baseUrl, token });
const row = { id: "n", tenant: "node", time: "2026-01-01 00:00:00", n: 1 };

assert.deepEqual(await client.datasources.ingest("events", row), { successful_rows: 1, quarantined_rows: 0 });
const answer = await client.query("by_tenant", { tenant: "node", without: ["a", "b"] });
assert.equal(answer.data[0].events, 1);
assert.equal(answer.meta[0].name, "tenant");
assert.equal(typeof answer.statistics.elapsed, "number");
assert.deepEqual((await client.sql("SELECT 1 AS one FORMAT JSON")).data, [{ one: 1 }]);

writeFileSync("rows.csv", "id,tenant,time,n\nn2,node,2026-01-01 00:00:00,2\n");
await client.datasources.append("events", { file: "rows.csv" });
assert.equal((await client.query("by_tenant", { tenant: "node" })).data[0].total, 3);

const made = await client.tokens.createJWT({
  name: "front end",
  expiresAt: new Date(Date.now() + 3_600_000),
  scopes: [{ type: "PIPES:READ", resource: "by_tenant", fixed_params: { tenant: "node" } }],
  limits: { rps: 100 },
});
const reader = createClient({ baseUrl, token: made.token });
assert.deepEqual((await reader.query("by_tenant", { tenant: "other" })).data.map((each) => each.tenant), ["node"]);

const refusals = [
  [() => reader.sql("SELECT * FROM events"), 403],
  [() => client.query("nothing"), 404],
  [() => client.query("by_tenant", { least: "x" }), 400],
  [() => createClient({ baseUrl, token: "wrong" }).query("by_tenant"), 403],
];
for (const [ask, status] of refusals) {
  await assert.rejects(ask, (problem) => {
    assert.ok(problem instanceof TinybirdError, String(problem));
    assert.equal(problem.statusCode, status, problem.message);
    return true;
  });
}
