import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { forgetFailedTrials, readFailedTrials, writeFailedTrials } from "../../src/store/failed-trials.ts";
import { temporaryFolder } from "../helpers/example.ts";
import { outcomes, run, shellSweep } from "../helpers/stand-in-sweep.ts";

const fast = { maxAttempts: 1 };

test("failed trials are kept with their reason, until they are forgotten", () => {
  const out = temporaryFolder();
  expect(readFailedTrials(out)).toEqual(new Map());
  const failed = new Map([["a1", { reason: "the command exited with code 1", output: "KeyError" }]]);
  writeFailedTrials(out, failed);
  expect(readFailedTrials(out)).toEqual(failed);
  forgetFailedTrials(out);
  expect(readFailedTrials(out)).toEqual(new Map());
});

test.each([
  ["{", []],
  ["null", []],
  [
    '{"a1": null, "b2": {"reason": 7}}',
    [
      ["a1", "failed"],
      ["b2", "7"],
    ],
  ],
] as const)("a damaged list is read as far as it says something: %s", (text, expected) => {
  const out = temporaryFolder();
  writeFileSync(join(out, "failed.json"), text);
  expect([...readFailedTrials(out)].map(([id, { reason }]) => [id, reason])).toEqual(expected);
});

test("a trial that ran out of memory, by its words, is no failure, and is run again where that is asked for", async () => {
  const script = `if [ $LORANK_RANK = 4 ] && [ ! -e mended ]; then echo "torch.OutOfMemoryError: CUDA out of memory."; exit 1; fi; ${outcomes}`;
  const sweep = shellSweep(script, { ranks: [1, 4], seeds: [1, 2] });
  const atEnd = { ...fast, executor: undefined };
  const first = await run(sweep, atEnd);
  expect(first.failed).toEqual([]);
  expect(first.results!.trials.map(({ status }) => status).slice(2)).toEqual([
    "out-of-memory",
    "out-of-memory",
  ]);
  writeFileSync(join(sweep.folder, "mended"), "");
  expect(await run(sweep, atEnd)).toMatchObject({ finishedNow: 0 });
  const again = await run(sweep, atEnd, { retryOutOfMemory: true });
  expect(again).toMatchObject({ finishedNow: 2, failed: [], disagreements: [] });
  expect(again.results!.trials.map(({ status }) => status)).toEqual(Array(4).fill("completed"));
});
