import { readdirSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { measureTime } from "../../src/measure/measure-time.ts";
import { examplePlan, fakeTrial, temporaryFolder } from "../helpers/example.ts";
import { misbehaving } from "../helpers/fake-trial.ts";

const where = {
  dataset: new TextEncoder().encode("{}"),
  modelFolder: "",
  threads: 1,
  trialModule: fakeTrial,
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
    const times = await measureTime(examplePlan({ ranks: [2, 4, 16] }), { ...where, trialsAtOnce });
    expect(times!.map(({ rank }) => rank)).toEqual([2, 16]);
    // 40 texts in batches of 8 are 5 steps; the process takes less than the 1,000 seconds that the fake trial reports.
    expect(times![0]!.trialSeconds).toBeCloseTo(2 + 3 + 5 * 0.25 * 2, 6);
    expect(times![1]!.trialSeconds).toBeCloseTo(2 + 3 + 5 * 0.25 * 16, 6);
    expect(times![1]!.peakResidentBytes).toBe(5016);
    expect(leftIn(folder)).toEqual([]);
  },
);

test("measures one rank once", async () => {
  const times = await measureTime(examplePlan({ ranks: [4] }), { ...where, trialsAtOnce: 1 });
  expect(times!.map(({ rank, secondsPerStep }) => [rank, secondsPerStep])).toEqual([[4, 1]]);
});

test("says what a process that could not measure last printed", async () => {
  const plan = examplePlan({ ranks: [2, 4], seeds: [misbehaving.wrongInput] });
  await expect(measureTime(plan, { ...where, trialsAtOnce: 2 })).rejects.toThrow(
    /^a trial could not be measured: its process exited with code 2; it last printed:/,
  );
});

test("is undefined where it was stopped", async () => {
  const plan = examplePlan({ ranks: [2, 4], seeds: [misbehaving.takesForever] });
  const folder = ownTemporaryFolder();
  const signal = AbortSignal.timeout(1500);
  expect(await measureTime(plan, { ...where, trialsAtOnce: 2, signal })).toBeUndefined();
  expect(leftIn(folder)).toEqual([]);
});
