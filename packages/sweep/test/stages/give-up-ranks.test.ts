import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decideResults } from "@lorank/evidence";
import { parseResults } from "@lorank/evidence/parse";
import { trialId } from "@lorank/train/spec";
import { describe, expect, test } from "vitest";
import { sweepStatus } from "../../src/folder.ts";
import { comparable } from "../helpers/example.ts";
import { broken } from "../helpers/failing-sweep.ts";
import { outcomes, run, shellSweep } from "../helpers/stand-in-sweep.ts";

const fast = { maxAttempts: 1 };

describe("a rank whose runs all fail", () => {
  test("is reported as failed, and the others are decided; run again, it is tried again", async () => {
    const sweep = broken();
    const { results, failed } = await run(sweep, fast);
    expect(failed).toHaveLength(3);
    expect(results!.trials).toHaveLength(6);
    expect(results!.failures).toEqual(
      [1, 2, 3].map((seed) => ({ rank: 16, seed, reason: "the command exited with code 1", output: "" })),
    );
    expect(results!.decision.ranks.map(({ rank }) => rank)).toEqual([1, 4]);
    expect(results!.decision.excluded).toEqual([
      {
        rank: 16,
        reason: "none of its 3 runs completed (failed: the command exited with code 1)",
      },
    ]);
    // A verdict on the file, by the same settings or others, knows of it too.
    const read = parseResults(JSON.parse(readFileSync(join(sweep.out, "results.json"), "utf8")));
    expect(decideResults(read)).toEqual(results!.decision);
    const status = sweepStatus(sweep.out);
    expect([status.isComplete, status.done, status.total]).toEqual([true, 6, 9]);
    expect(status.trials.filter(({ state }) => state === "failed").map(({ rank }) => rank)).toEqual([
      16, 16, 16,
    ]);

    writeFileSync(join(sweep.folder, "mended"), "");
    const again = await run(sweep, fast);
    expect(again).toMatchObject({ failed: [], finishedNow: 3 });
    expect(again.results).not.toHaveProperty("failures");
    expect(existsSync(join(sweep.out, "failed.json"))).toBe(false);
    const never = broken();
    writeFileSync(join(never.folder, "mended"), "");
    await run(never, fast);
    expect(comparable(sweep.out)).toBe(comparable(never.out));
  });

  test("says the last lines of its trainer, where its process kept them", async () => {
    const sweep = broken({ ranks: [4, 16], seeds: [1] });
    const { results } = await run(sweep, { ...fast, executor: undefined });
    // Our process names the command's end, without a stack of ours.
    expect(results!.failures![0]!.output).toBe("KeyError: lm_head\nthe command exited with code 1");
    const id = trialId(sweep.inputs.plan.specs.find(({ lora }) => lora.rank === 16)!);
    const printed = readFileSync(join(sweep.store.attempts(id)[0]!.folder, "output.txt"), "utf8");
    expect(printed).toBe("KeyError: lm_head\nthe command exited with code 1\n");
  });

  test("leaves a race, whose claims still share the error of all its ranks", async () => {
    const seeds = [1, 2, 3, 4];
    const { results, failed } = await run(broken({ seeds, method: "race" }), fast);
    expect(failed).toHaveLength(3);
    const { race } = results!.decision;
    expect(race).toMatchObject({ gridRuns: 12 });
    expect(race!.looks[0]).toMatchObject({ ranks: [1, 4, 16] });
    expect(race!.looks[0]!.dropped.find(({ rank }) => rank === 16)).toMatchObject({ cause: "failed" });
  });

  test("is no rank of a check of other learning rates", async () => {
    const { results } = await run(broken({ robustness: true }), fast);
    expect(new Set(results!.otherRates!.map(({ spec }) => spec.lora.rank))).toEqual(new Set([1, 4]));
  });

  test("may have run out of memory under other seeds", async () => {
    const script = `test $LORANK_RANK = 4 && exit $((LORANK_SEED + 3)); ${outcomes}`;
    const { results, failed } = await run(shellSweep(script, { ranks: [1, 4], seeds: [1, 2] }), fast);
    expect(failed).toHaveLength(1);
    expect(results!.trials.map(({ status }) => status)).toEqual(["completed", "completed", "out-of-memory"]);
    expect(results!.decision.excluded).toEqual([
      {
        rank: 4,
        reason: "none of its 2 runs completed (ran out of memory or failed: the command exited with code 5)",
      },
    ]);
  });

  test("decides nothing where other ranks lack runs, or no rank has any", async () => {
    const partly = shellSweep(
      `test $LORANK_RANK = 4 && exit 1; test $LORANK_SEED = 2 && exit 1; ${outcomes}`,
    );
    expect((await run(partly, fast)).results).toBeNull();
    expect((await run(shellSweep("exit 1"), fast)).results).toBeNull();
  });
});
