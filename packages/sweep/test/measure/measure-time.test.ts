import { readdirSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { type AskedRunOptions, runOptions } from "../../src/executor/run-options.ts";
import { type MeasureProgress, measureTime } from "../../src/measure/measure-time.ts";
import type { SweepConfig } from "../../src/plan/sweep-config.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { misbehaving } from "../helpers/fake-trainer.ts";

const measure = (
  changes: Partial<SweepConfig>,
  asked: AskedRunOptions,
  onProgress?: (progress: MeasureProgress) => void,
) => {
  const inputs = { plan: examplePlan(changes), modelPath: "", dataset: Buffer.from("{}"), fake: {} };
  return measureTime(inputs, runOptions(asked), onProgress);
};

/** Temporary files of this test alone. */
function ownTemporaryFolder(): string {
  const folder = temporaryFolder();
  vi.stubEnv("TMPDIR", folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  return folder;
}

/** But for the cache of the loader that reads TypeScript. */
const leftIn = (folder: string): string[] => readdirSync(folder).filter((name) => !name.startsWith("tsx-"));

test.each([1, 3])(
  "measures the smallest and the largest rank, %i side by side, and leaves nothing",
  async (trialsAtOnce) => {
    const folder = ownTemporaryFolder();
    const progress: MeasureProgress[] = [];
    const times = await measure({ ranks: [2, 4, 16] }, { trialsAtOnce }, (one) => progress.push(one));
    expect(times!.map(({ rank }) => rank)).toEqual([2, 16]);
    // 40 texts in batches of 8 are 5 steps; the process takes less than the 1,000 seconds that the fake trial reports.
    expect(times![0]!.trialSeconds).toBeCloseTo(2 + 3 + 5 * 0.25 * 2, 6);
    expect(times![1]!.trialSeconds).toBeCloseTo(2 + 3 + 5 * 0.25 * 16, 6);
    expect(times![1]).toMatchObject({ openSeconds: 2, evaluateSeconds: 3 });
    expect([...new Set(progress.map(({ rank }) => rank))].sort((a, b) => a - b)).toEqual([2, 16]);
    expect(progress[0]!.event).toMatchObject({ kind: "step", step: 1, steps: 6 });
    expect(leftIn(folder)).toEqual([]);
  },
);

test("measures one rank once", async () => {
  const times = await measure({ ranks: [4] }, { trialsAtOnce: 1 });
  expect(times!.map(({ rank, secondsPerStep }) => [rank, secondsPerStep])).toEqual([[4, 1]]);
});

test("says what a process that could not measure last printed", async () => {
  const plan = { ranks: [2, 4], seeds: [misbehaving.wrongInput] };
  await expect(measure(plan, { trialsAtOnce: 2 })).rejects.toThrow(
    /^a trial could not be measured: its process exited with code 2; it last printed:/,
  );
});

test("is undefined where it was stopped", async () => {
  const plan = { ranks: [2, 4], seeds: [misbehaving.takesForever] };
  const folder = ownTemporaryFolder();
  const signals = { stop: AbortSignal.timeout(1500) };
  expect(await measure(plan, { trialsAtOnce: 2, signals })).toBeUndefined();
  expect(leftIn(folder)).toEqual([]);
});
