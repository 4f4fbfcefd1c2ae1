import assert from "node:assert/strict";

const text = `it's & \u00e9, "b"`;
const short = await client.class();
const one: number = short.data[0]!.x;
assert.equal(one, 1);

// An integer that no number holds is an error, never another integer.
await assert.rejects(client.all_kinds({ needed: "x", text }), RangeError);

await assert.rejects(client.refused(), (problem) => problem instanceof RequestError && problem.status === 400 && problem.message.includes('not "today"'));
const kept = await client.lists({ ids: ["a,b", `"`], number: 2n ** 53n - 1n });
const row = kept.data[0]!;
const ids: string[] = row.ids;
const share: number | null | undefined = row.shares["k"];
assert.deepEqual(ids, ["a,b", `"`]);
assert.equal(share, 0.1 + 0.2);
assert.equal(row.number, 9007199254740991);
assert.deepEqual((await client.lists({ ids: [] })).data[0]!.ids, []);
assert.equal((await client.lists()).data[0]!.text, `long "12345678901234567890"`);
