// @chronark/zod-bird: events and typed answers.
import assert from "node:assert/strict";
import { Tinybird } from "@chronark/zod-bird";
import { z } from "zod";

const { TINYBIRD_URL: baseUrl, TINYBIRD_TOKEN: token } = process.env;
const bird = new Tinybird({ token, baseUrl });
const send = bird.buildIngestEndpoint({
  datasource: "events",
  event: z.object({ id: z.string(), tenant: z.string(), time: z.string(), n: z.number().int() }),
});
const row = { id: "z", tenant: "zod", time: "2026-01-01T00:00:00.000Z", n: 2 };
assert.deepEqual(await send([row, row]), { successful_rows: 2, quarantined_rows: 0 });

const parameters = z.object({ tenant: z.string(), least: z.union([z.number(), z.string()]).optional() });
const ask = bird.buildPipe({
  pipe: "by_tenant",
  parameters,
  data: z.object({ tenant: z.string(), events: z.number(), total: z.number(), last: z.string() }),
});
const answer = await ask({ tenant: "zod", least: 1 });
assert.deepEqual(answer.data[0].total, 4);
await assert.rejects(() => ask({ tenant: "zod", least: "x" }), /Error validating 'x' to type Int32/);
const stranger = new Tinybird({ token: "wrong", baseUrl });
await assert.rejects(
  () => stranger.buildPipe({ pipe: "by_tenant", parameters, data: z.any() })({ tenant: "zod" }),
  /Unauthorized/i,
);
