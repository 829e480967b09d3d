import { expect, onTestFailed, test } from "vitest";
import { isNightly } from "../../../scripts/nightly.ts";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { numbersFrom } from "./helpers/fake-trainer.ts";
import { killTrials, prepareKills } from "./helpers/killed-trials.ts";

const folder = temporaryFolder();

// `bench/kill-trials.ts` does the same hundreds of times.
test("trials that are killed at random moments go on from their checkpoints to the bytes of undisturbed ones", async () => {
  const seed = process.env.KILL_SEED ?? "1";
  onTestFailed(() => console.error(`The moments were drawn with KILL_SEED=${seed}.`));
  const ground = await prepareKills(folder);
  // A trial with dropout has all the state there is: weights, the optimizer's, and that of the random numbers.
  const kinds = isNightly ? ground.kinds : ground.kinds.slice(0, 1);
  const kills = isNightly ? 5 : 3;
  const killed = await killTrials({ ...ground, kinds }, folder, kills, numbersFrom(seed));
  expect(killed).toMatchObject(kinds.map(([name]) => ({ name, faults: [] })));
  expect(Math.min(...killed.map(({ kills: done }) => done))).toBeGreaterThanOrEqual(kills);
  expect(Math.min(...killed.map(({ resumed }) => resumed))).toBeGreaterThan(0);
});
