import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decideResults } from "@lorank/evidence";
import { parseResults } from "@lorank/evidence/parse";
import type { Results } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { sweepStatus } from "../../src/folder.ts";
import { type ArmSettings, prepareCommand, type SweepEvent } from "../../src/index.ts";
import type { CommandSettings } from "../../src/prepare/prepare-command.ts";
import { publishedAdapters } from "../../src/results/published-adapters.ts";
import { resultsSoFar } from "../../src/status/results-so-far.ts";
import { readPlan } from "../../src/store/sweep-file.ts";
import { comparable, examplePlan, exampleTest, runExample } from "../helpers/example.ts";
import { exampleArm, exampleArms } from "../helpers/example-arms.ts";
import { workplaceInProcess } from "../helpers/in-process-executor.ts";
import { run, type StandIn, shellSweep, sweepOf } from "../helpers/stand-in-sweep.ts";

const fast = { maxAttempts: 1 };

/** Arms with a `skill`: the percentage of 200 examples on which each is right; an arm `broken` fails until it is mended. */
const script = `if [ "$LORANK_ARM" = broken ] && [ ! -e mended ]; then echo "no such layer"; exit 1; fi
  if [ "$LORANK_ARM" = huge ]; then exit 4; fi
  (echo example,correct; i=1; while [ $i -le 200 ]; do
  if [ $(( (i * 37 + LORANK_SEED * 11) % 100 )) -lt $((LORANK_SKILL + LORANK_SWING * (LORANK_SEED % 2))) ]; then echo $i,1; else echo $i,0; fi
  i=$((i + 1)); done) > "$LORANK_OUT/outcomes.csv"`;

const arm = (name: string, skill: number, cost?: number, swing = 0): ArmSettings => ({
  name,
  values: { skill, swing },
  ...(cost === undefined ? {} : { cost: { of: "GPU hours", value: cost } }),
});

const usual = {
  ranks: undefined,
  alpha: undefined,
  learningRate: undefined,
  epochs: undefined,
  margin: 0.05,
};

const armSweep = (arms: readonly ArmSettings[], changes: Partial<CommandSettings> = {}): StandIn =>
  shellSweep(script, { ...usual, seeds: [1, 2, 3], arms, ...changes });

/** The same sweep of other arms, in the same folders. */
function withArms({ inputs, ...sweep }: StandIn, arms: readonly ArmSettings[]): StandIn {
  const { trainer, lora, optimizer: _, name: __, ranks: ___, test, ...config } = inputs.plan.config;
  const { files: ____, ...commands } = trainer;
  const alpha = lora.alpha?.kind === "fixed" ? lora.alpha.alpha : undefined;
  const asked = {
    ...config,
    alpha,
    arms,
    trainer: { ...commands, folder: sweep.folder, test: test !== undefined },
  };
  return { ...sweep, inputs: prepareCommand(asked as CommandSettings) };
}

const written = ({ out }: StandIn): Results =>
  parseResults(JSON.parse(readFileSync(join(out, "results.json"), "utf8")));

const cheap = arm("cheap", 60, 1);
const good = arm("good one", 90, 2);
const dear = arm("dear", 91, 8);

describe("a sweep of arms", () => {
  test("names the cheapest arm that is good enough, in the file as in the outcome", async () => {
    const sweep = armSweep([dear, good, cheap]);
    const { results, failed, finishedNow } = await run(sweep, fast);
    expect([failed, finishedNow]).toEqual([[], 9]);
    expect(written(sweep)).toEqual(results);
    const axis = {
      by: "arm",
      names: ["cheap", "good one", "dear"],
      cost: { of: "GPU hours", values: [1, 2, 8] },
    };
    expect(results!.sweep).toMatchObject({ ranks: [1, 2, 3], axis });
    expect(results!.trials.map(({ spec }) => spec.arm)).toEqual(
      axis.names.flatMap((name) => [name, name, name]),
    );
    expect(results!.decision).toMatchObject({ verdict: "adequate", rank: 2, axis });
    expect(results!.decision.explanation).toContain('"good one"');
    expect(results!.decision.explanation).not.toMatch(/\brank \d/);
    expect(decideResults(written(sweep))).toEqual(results!.decision);

    const status = sweepStatus(sweep.out);
    expect(status).toMatchObject({ isComplete: true, done: 9, total: 9 });
    expect(status.trials[0]).toMatchObject({ name: "cheap-s1", arm: "cheap", rank: 1, seed: 1 });
    expect(resultsSoFar(sweep.store)).toMatchObject({ sweep: { axis }, trials: results!.trials });
    const before = comparable(sweep.out);
    expect(await run(sweep, fast)).toMatchObject({ finishedNow: 0 });
    expect(comparable(sweep.out)).toBe(before);
  });

  test("that was stopped goes on where it was, from its file, to the same bytes", async () => {
    const [stopped, whole] = [armSweep([dear, good, cheap]), armSweep([dear, good, cheap])];
    const stop = new AbortController();
    const events: SweepEvent[] = [];
    const report = (event: SweepEvent) => {
      events.push(event);
      if (events.filter(({ kind }) => kind === "trial-finished").length === 4) stop.abort();
    };
    const first = await run(stopped, { ...fast, signals: { stop: stop.signal }, reporter: { report } });
    expect(first).toMatchObject({ results: null, interrupted: true, finishedNow: 4 });
    expect(events.find(({ kind }) => kind === "trial-finished")).toMatchObject({
      arm: "cheap",
      rank: 1,
      seed: 1,
    });
    const soFar = sweepStatus(stopped.out);
    expect([soFar.done, soFar.total]).toEqual([4, 9]);
    const plan = readPlan(stopped.out);
    expect(plan).toEqual(stopped.inputs.plan);
    const rest = await run(
      { ...stopped, inputs: { ...stopped.inputs, plan: plan as typeof stopped.inputs.plan } },
      fast,
    );
    expect(rest.finishedNow).toBe(5);
    await run(whole, fast);
    expect(comparable(stopped.out)).toBe(comparable(whole.out));
  });

  test("without costs names the arms by their scores, and its test score and failures agree with its decision", async () => {
    const arms = [arm("poor", 40), arm("broken", 90), arm("fine", 95), arm("middle", 70)];
    const sweep = armSweep(arms);
    const { results, failed } = await run(sweep, fast);
    expect(failed).toHaveLength(3);
    expect(written(sweep)).toEqual(results);
    const { decision, failures, sweep: summary } = results!;
    expect(summary.axis).toEqual({ by: "arm", names: ["poor", "broken", "fine", "middle"] });
    expect(failures!.map(({ rank }) => summary.axis!.names[rank - 1])).toEqual([
      "broken",
      "broken",
      "broken",
    ]);
    expect(decision.axis!.names).toEqual(["fine", "middle", "poor", "broken"]);
    expect(decision.excluded!.map(({ rank }) => decision.axis!.names[rank - 1])).toEqual(["broken"]);
    expect(decision.explanation).toMatch(/\bfine\b/);
    expect(
      sweepStatus(sweep.out)
        .trials.filter(({ state }) => state === "failed")
        .map((one) => one.arm),
    ).toEqual(["broken", "broken", "broken"]);

    writeFileSync(join(sweep.folder, "mended"), "");
    const again = await run(sweep, fast);
    expect(again).toMatchObject({ failed: [], finishedNow: 3 });
    expect(again.results).not.toHaveProperty("failures");
    expect(existsSync(join(sweep.out, "failed.json"))).toBe(false);
  });

  test("that run out of memory are left out of the comparison, and named", async () => {
    const { results, failed } = await run(armSweep([arm("huge", 99, 9), cheap, good]), fast);
    expect(failed).toEqual([]);
    const { decision } = results!;
    expect(decision.excluded).toEqual([
      { rank: 3, reason: "none of its 3 runs completed (ran out of memory)" },
    ]);
    expect(decision.explanation).toMatch(
      /huge is not compared: none of its 3 runs completed \(ran out of memory\)/,
    );
  });

  test("takes further arms with extend, leaves arms out and takes them in again", async () => {
    const sweep = armSweep([cheap, dear]);
    await run(sweep, fast);
    const more = withArms(sweep, [cheap, good, dear]);
    await expect(run(more, fast)).rejects.toThrow('arms: ["cheap","dear"] -> ["cheap","good one","dear"]');
    const extended = await run(more, fast, { extend: true });
    expect(extended).toMatchObject({ finishedNow: 3 });
    expect(extended.results!.decision).toMatchObject({ rank: 2 });
    const less = await run(withArms(sweep, [good, dear]), fast);
    expect(less).toMatchObject({ finishedNow: 0 });
    expect(less.results!.trials).toHaveLength(6);
    expect(less.results!.decision.axis!.names).toEqual(["good one", "dear"]);
    expect(sweepStatus(sweep.out)).toMatchObject({ isComplete: true, done: 6, total: 6 });
    const back = await run(more, fast);
    expect(back).toMatchObject({ finishedNow: 0 });
    expect(back.results!.decision).toEqual(extended.results!.decision);
    await expect(
      run(withArms(sweep, [cheap, { ...good, epochs: 3 }, dear]), fast, { extend: true }),
    ).rejects.toThrow("  arms.good one.optimizer.epochs: (absent) -> 3\n");
  });

  test("races by costs, drops arms, and goes on in the middle to the same result", async () => {
    const arms = [arm("bad", 30, 1), arm("fair", 84, 2, 8), arm("best", 90, 3, 2)];
    const race = { method: "race", seeds: [1, 2, 3, 4, 5], margin: 0.03 } as const;
    const [whole, stopped] = [armSweep(arms, race), armSweep(arms, race)];
    const { results } = await run(whole, fast);
    const { decision } = results!;
    expect(decision.axis!.names).toEqual(["bad", "fair", "best"]);
    const [look] = decision.race!.looks;
    expect(look).toMatchObject({ seeds: 3, ranks: [1, 2, 3] });
    expect(results!.trials.filter(({ spec }) => spec.arm === "bad")).toHaveLength(3);
    expect(decideResults(written(whole))).toEqual(decision);

    const stop = new AbortController();
    let left = 10;
    const report = ({ kind }: SweepEvent) => {
      if (kind === "trial-finished" && --left === 0) stop.abort();
    };
    await run(stopped, { ...fast, signals: { stop: stop.signal }, reporter: { report } });
    expect(existsSync(join(stopped.out, "results.json"))).toBe(false);
    const interim = resultsSoFar(stopped.store).decision!;
    expect(interim.axis).toEqual(decision.axis);
    expect(interim.race!.looks).toHaveLength(1);
    await run(stopped, fast);
    expect(comparable(stopped.out)).toBe(comparable(whole.out));
  });
});

describe("adapters and test scores of arms", () => {
  test("are of the recommended arm, by its name", async () => {
    const arms: ArmSettings[] = [
      { name: "r1 / short", rank: 1, cost: 1, epochs: 1, learningRate: 0.01 },
      { name: "r4", rank: 4, cost: 2, epochs: 6, learningRate: 0.5 },
    ];
    const sweep = sweepOf({ ...usual, alpha: 4, arms, margin: 0.95 }, { test: true });
    const { results, adapters } = await run(sweep);
    expect(readdirSync(join(sweep.out, "adapters")).sort()).toEqual(["r1-short", "r4"]);
    expect(adapters.map(({ arm, rank }) => [arm, rank])).toEqual([
      ["r1 / short", 1],
      ["r4", 4],
    ]);
    const note = JSON.parse(readFileSync(join(adapters[0]!.folder, "trial.json"), "utf8"));
    expect(note).toMatchObject({
      arm: "r1 / short",
      rank: 1,
      chosenBy: expect.stringContaining("the arm's seeds"),
    });
    expect(publishedAdapters(sweep.out, results!.trials).map(({ folder }) => folder)).toEqual(
      expect.arrayContaining(adapters.map(({ folder }) => folder)),
    );
    expect(results!.decision.rank).toBe(1);
    expect(results!.test).toMatchObject({ rank: 1, seeds: 2 });
    expect(results!.test).not.toHaveProperty("otherRanks");
    expect(written(sweep)).toEqual(results);

    // A margin cannot change, but another arm may come to be recommended: the test examples have been seen then.
    const more = withArms(sweep, [
      ...arms,
      { name: "again", rank: 4, cost: 0, epochs: 5, learningRate: 0.5 },
    ]);
    const next = await run(more, {}, { extend: true });
    const { names } = next.results!.decision.axis!;
    expect(names).toEqual(["again", "r1 / short", "r4"]);
    expect(next.results!.test).toMatchObject({ rank: 1, otherRanks: [2] });
    const last = await run(
      withArms(sweep, [arms[1]!, { name: "again", rank: 4, cost: 0, epochs: 5, learningRate: 0.5 }]),
    );
    expect(last.results!.decision.axis!.names).toEqual(["again", "r4"]);
    expect(last.results!.test).toMatchObject({ rank: 1, formerArms: ["r1 / short"] });
    expect(last.results!.test).not.toHaveProperty("otherRanks");
    expect(written(sweep)).toEqual(last.results);
  });

  test("of this engine agree, whatever the arms' ranks", async () => {
    const place = workplaceInProcess();
    const arms = [...exampleArms, exampleArm("small dora", { rank: 2, dora: true, cost: 0.5 })];
    const { results, adapters } = await runExample(
      examplePlan({ arms, seeds: [0, 1, 2], margin: 0.9, test: exampleTest }),
      place,
    );
    expect(results!.decision.axis!.names).toEqual(["small dora", "attention", "mlp", "all linear"]);
    expect(results!.decision.rank).toBe(1);
    expect(results!.test).toMatchObject({ rank: 1 });
    expect(adapters.map(({ folder }) => folder.split("/").at(-1))).toEqual([
      "small-dora",
      "attention",
      "mlp",
      "all-linear",
    ]);
    expect(parseResults(JSON.parse(readFileSync(join(place.out, "results.json"), "utf8")))).toEqual(results);
  });
});
