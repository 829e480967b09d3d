import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import {
  batchesOf,
  newBatch,
  openBatches,
  readAttempt,
  readTask,
  startPath,
  writeEnd,
} from "../../../src/executor/slurm/batch.ts";
import { submittal, writeBatch } from "../../../src/executor/slurm/submittal.ts";
import { markOver } from "../../../src/executor/slurm/task-watcher.ts";
import type { EnginePlace } from "../../../src/trainers/engine.ts";
import { temporaryFolder } from "../../helpers/example.ts";

const trialId = "a".repeat(64);
const work = { kind: "train", trialId } as const;

function placeIn(out: string): EnginePlace {
  return { out, resources: { modelPath: "/model", datasetFile: "/data", threads: 3 } };
}

test("writes a task for each piece of work, and finds its batch until it is over", () => {
  const out = temporaryFolder();
  const batch = newBatch(out);
  const asked = submittal(batch, 2, 3, {});
  writeBatch(batch, placeIn(out), [work, { kind: "truncate", trialId, ranks: [2] }], asked);
  expect(readTask(batch, 1)).toEqual({ ...placeIn(out), kind: "truncate", trialId, ranks: [2] });
  expect(readFileSync(join(batch.folder, "argv"), "utf8").split("\n").at(-3)).toBe(batch.folder);
  expect(openBatches(out)).toEqual([batch]);
  markOver(batch);
  expect(openBatches(out)).toEqual([]);
  expect(batchesOf(out)).toEqual([batch]);
});

test.each([
  ["", undefined],
  ["{}", undefined],
  ['{"attempt":3}', 3],
  // A version before wrote it, and its tasks may still run.
  ['{"attempts":[{"trialId":"a","attempt":2}]}', 2],
  ['{"attempts":[]}', undefined],
])("a task that noted %j has begun attempt %s", (text, attempt) => {
  const batch = newBatch(temporaryFolder());
  mkdirSync(dirname(startPath(batch, 0)), { recursive: true });
  if (text !== "") writeFileSync(startPath(batch, 0), text);
  expect(readAttempt(batch, 0)).toBe(attempt);
});

test("the first end that is written counts", () => {
  const out = temporaryFolder();
  const batch = newBatch(out);
  writeBatch(batch, placeIn(out), [work], submittal(batch, 1, 3, {}));
  writeEnd(batch, 0, { reason: "cancelled", mayRetry: false });
  writeEnd(batch, 0, { reason: "exited", mayRetry: true });
  const file = startPath(batch, 0).replace("started", "end");
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ reason: "cancelled", mayRetry: false });
});
