import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sweepStatus } from "../../src/folder.ts";
import { prepareCommand, type SweepEvent } from "../../src/index.ts";
import type { CommandSettings } from "../../src/prepare/prepare-command.ts";
import { broken } from "../helpers/failing-sweep.ts";
import { run, type StandIn } from "../helpers/stand-in-sweep.ts";

const fast = { maxAttempts: 1 };

/** The same sweep with other ranks, in the same folders. */
function withRanks({ inputs, ...sweep }: StandIn, ranks: readonly number[]): StandIn {
  const { trainer, name: _, lora: __, optimizer: ___, ...config } = inputs.plan.config;
  const asked = { ...config, ranks, alpha: 4, learningRate: 0.5, epochs: 6 };
  const command = { command: trainer.command, evaluate: trainer.evaluate, exitCodes: trainer.exitCodes };
  return {
    ...sweep,
    inputs: prepareCommand({ ...asked, trainer: { ...command, folder: sweep.folder } } as CommandSettings),
  };
}

const ranksOf = (sweep: StandIn): number[] =>
  (JSON.parse(readFileSync(join(sweep.out, "sweep.json"), "utf8")) as { ranks: number[] }).ranks;

describe("ranks that are left out of a sweep", () => {
  test("are run no more and not compared, and come back with their results", async () => {
    const sweep = broken();
    await run(sweep, fast);
    const without = await run(withRanks(sweep, [1, 4]), fast);
    expect(without).toMatchObject({ failed: [], finishedNow: 0 });
    expect(without.results!.sweep.ranks).toEqual([1, 4]);
    expect(without.results!.decision).not.toHaveProperty("excluded");
    expect(ranksOf(sweep)).toEqual([1, 4]);
    expect(sweepStatus(sweep.out)).toMatchObject({ isComplete: true, done: 6, total: 6 });

    const one = await run(withRanks(sweep, [4]), fast);
    expect(one.results!.trials).toHaveLength(3);
    expect(await run(withRanks(sweep, [1, 4]), fast)).toMatchObject({ finishedNow: 0, failed: [] });
    expect(ranksOf(sweep)).toEqual([1, 4]);
    await expect(run(withRanks(sweep, [1, 8]), fast)).rejects.toThrow(
      /ranks: \[1,4\] -> \[1,8\]\nUse --extend/,
    );
  });

  test("may leave a race or a probe only while none of their runs has completed", async () => {
    const sweep = broken({ seeds: [1, 2, 3, 4], method: "race" });
    const events: SweepEvent[] = [];
    await run(sweep, { ...fast, reporter: { report: (event) => events.push(event) } });
    await expect(run(withRanks(sweep, [4, 16]), fast)).rejects.toMatchObject({
      code: "E_SWEEP_CHANGED",
      message: expect.stringMatching(/^ranks must keep rank 1 in this race, got them without it after \d/),
    });
    expect(ranksOf(sweep)).toEqual([1, 4, 16]);
    const { results } = await run(withRanks(sweep, [1, 4]), fast);
    expect(results!.decision.race!.looks[0]!.ranks).toEqual([1, 4]);
  });
});
