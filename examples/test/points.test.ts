// The Python that recipes evaluate by on the way, in trainers/lorank_points.py. It needs the standard library alone.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { pointSteps } from "@lorank/train/names";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../scripts/temporary-folder.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Intervals and counts of steps, with the steps to evaluate after, before the last. */
const due = [
  { every: 3, steps: 10, points: [3, 6, 9] },
  { every: 5, steps: 10, points: [5] },
  { every: 10, steps: 10, points: [] },
  { every: 0, steps: 10, points: [] },
  { every: 0.25, steps: 10, points: [3, 5, 8] },
  { every: 0.01, steps: 4, points: [1, 2, 3] },
  { every: 0.3, steps: 7, points: [2, 4, 6] },
] as const;

const asked = JSON.stringify(due.map(({ every, steps }) => [every, steps]));
const env = { ...process.env, PYTHONPATH: here("../trainers"), PYTHONDONTWRITEBYTECODE: "1" };
const run = spawnSync("python3", [here("points.py"), temporaryFolder(), asked], { env, encoding: "utf8" });
const reason = run.error === undefined ? "" : ` (left out: ${run.error.message})`;

describe.skipIf(reason !== "")(`points on the way in Python${reason}`, () => {
  const told = () => {
    expect(run.status, run.stderr).toBe(0);
    return JSON.parse(run.stdout);
  };

  test.each(due.map((one, index) => ({ ...one, index })))(
    "are due every $every of $steps steps, as in the engine",
    ({ every, steps, points, index }) => {
      expect(told().steps[index]).toEqual(points);
      if (every > 0) expect(pointSteps(every, steps)).toEqual(points); // the engine has no interval in place of 0
    },
  );

  test("are written whole, in place of what an earlier training left", () => {
    expect(told().files).toEqual(["points/3/outcomes.csv", "points/6/outcomes.csv", "points/9/outcomes.csv"]);
    expect(told().third).toBe("step 3\n");
  });

  test("leave no folder of a point during which the process ended", () => {
    expect(told().killed).toEqual(["points/3/outcomes.csv"]);
  });

  test("are evaluated by a Trainer's callback, after which the model trains on", () => {
    const calls = told().calls as string[];
    expect(calls.filter((call) => call !== "train")).toEqual(["write 5.unfinished"]);
    expect(calls[calls.indexOf("write 5.unfinished") + 1]).toBe("train");
  });

  test("are checkpoints of a trainer, of which the last is none", () => {
    expect(told().saved).toEqual([
      {},
      { save_strategy: "steps", save_steps: 0.25, save_total_limit: null },
      { save_strategy: "steps", save_steps: 50, save_total_limit: null },
    ]);
    expect(told().found).toEqual([
      [5, "checkpoint-5"],
      [10, "checkpoint-10"],
    ]);
  });
});
