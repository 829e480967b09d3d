import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ProgressEvent } from "../../src/plan/events.ts";
import { prepareCommand } from "../../src/prepare/prepare-command.ts";
import { runCommandTrial } from "../../src/trainers/command-trial.ts";
import { carryPoints } from "../../src/trainers/points.ts";
import { commandExample, writesOutcomes } from "../helpers/command-example.ts";
import { temporaryFolder } from "../helpers/example.ts";

/** Script that logs `steps` steps, and before its outcomes writes points: a step and how many of three are correct. */
function script(points: Readonly<Record<string, number>>, steps = 30): string {
  const written = Object.entries(points).map(
    ([step, correct]) =>
      `mkdir -p "$LORANK_OUT/points/${step}"; printf 'example,correct\\ne1,${Number(correct > 0)}\\ne2,${Number(correct > 1)}\\ne3,${Number(correct > 2)}\\n' > "$LORANK_OUT/points/${step}/outcomes.csv"`,
  );
  const losses = `for i in $(seq ${steps}); do echo "{\\"step\\": $i, \\"loss\\": 1}"; done > "$LORANK_OUT/losses.jsonl"`;
  return [steps > 0 ? losses : "true", ...written, writesOutcomes].join("; ");
}

async function trialOf(train: string, evaluateEvery: number | undefined = 10, secondary?: string[]) {
  const example = commandExample({ train, ...(secondary && { secondary }) });
  const spec = { ...example.spec, ...(evaluateEvery === undefined ? {} : { evaluateEvery }) };
  const events: ProgressEvent[] = [];
  const attempt = example.claim();
  const report = (event: ProgressEvent) => events.push(event);
  const result = await runCommandTrial(example.store, example.place, spec, attempt, report);
  const notes = events.flatMap((event) => (event.kind === "note" ? [event.text] : []));
  return { result, notes, attempt };
}

const correctAt = ({ points = [] }: Awaited<ReturnType<typeof trialOf>>["result"]) =>
  points.map(({ step, evaluation }) => [step, ...evaluation.correct]);

describe("a command's evaluations on the way", () => {
  test("are told while it runs, once a later step is logged, and never from half a file", async () => {
    // The command goes on when the test has seen what it waits for.
    const wait = (file: string) => `while [ ! -e "$LORANK_OUT/${file}" ]; do sleep 0.02; done`;
    const log = (step: number) => `echo '{"step":${step},"loss":1,"steps":9}' >> "$LORANK_OUT/losses.jsonl"`;
    const rows = `> "$LORANK_OUT/rows"; mv "$LORANK_OUT/rows" "$LORANK_OUT/points/2/outcomes.csv"`;
    const train = [
      'mkdir -p "$LORANK_OUT/points/2" "$LORANK_OUT/points/4"',
      log(2),
      `printf 'example,correct\\ne1,0\\n' ${rows}`,
      wait("half"),
      `printf 'example,correct\\ne1,1\\ne2,1\\ne3,0\\n' ${rows}`,
      'rmdir "$LORANK_OUT/points/4"',
      log(3),
      wait("told"),
      writesOutcomes,
    ].join("; ");
    const example = commandExample({ train });
    // Another run of this sweep has ended, with three examples.
    writeFileSync(example.store.path("examples.json"), '{"examples":["e1","e2","e3"]}\n');
    const attempt = example.claim();
    const events: ProgressEvent[] = [];
    const report = (event: ProgressEvent): void => {
      events.push(event);
      if (event.kind === "step") writeFileSync(join(attempt.folder, "half"), "");
      if (event.kind === "point") writeFileSync(join(attempt.folder, "told"), "");
    };
    const spec = { ...example.spec, evaluateEvery: 2 };
    await runCommandTrial(example.store, example.place, spec, attempt, report);
    const points = events.filter(({ kind }) => kind === "point");
    expect(points).toEqual([{ kind: "point", step: 2, steps: 9, accuracy: 2 / 3 }]);
  });

  test("are read by step, from folders that steps name", async () => {
    const { result, notes } = await trialOf(script({ 20: 2, 5: 1, "20.tmp": 3, best: 3 }));
    expect(correctAt(result)).toEqual([
      [5, 1, 0, 0],
      [20, 1, 1, 0],
    ]);
    expect(result).toMatchObject({ steps: 30, evaluation: { correct: [1, 1, 0] } });
    expect(notes).toEqual([]);
  });

  test("stay unread where none are asked for", async () => {
    const example = commandExample({ train: script({ 5: 1 }) });
    const result = await runCommandTrial(
      example.store,
      example.place,
      example.spec,
      example.claim(),
      () => {},
    );
    expect(result).not.toHaveProperty("points");
  });

  test("may be missing, which a note says", async () => {
    const { result, notes } = await trialOf(script({}));
    expect(result).not.toHaveProperty("points");
    expect(notes).toEqual([
      expect.stringMatching(/^The trial has no evaluation on the way: its command wrote none to .*points\.$/),
    ]);
  });

  test("have no part in the last step's, which the outcomes beside them are of", async () => {
    const { result, notes } = await trialOf(script({ 15: 1, 30: 3 }));
    expect(correctAt(result)).toEqual([[15, 1, 0, 0]]);
    expect(notes).toEqual([expect.stringMatching(/points.30 is of the last step, .*: left out\.$/)]);
  });

  test("are of steps that the losses have, or of any where no losses are written", async () => {
    await expect(trialOf(script({ 15: 1, 31: 3 }))).rejects.toMatchObject({
      code: "E_OUTCOMES",
      message: expect.stringMatching(
        /points.31 must be of a step up to the last that losses.jsonl has, 30, got 31$/,
      ),
    });
    const { result } = await trialOf(script({ 300: 1, 40: 2 }, 0));
    expect(correctAt(result).map(([step]) => step)).toEqual([40, 300]);
  });

  test("come once a step", async () => {
    await expect(trialOf(script({ 5: 1, "05": 2 }))).rejects.toThrow("must have each step once, got 5 again");
  });

  test("have the rules of outcomes.csv, and faults name their file", async () => {
    const other = script({ 5: 1 }).replace("ne3", "ne4");
    await expect(trialOf(other)).rejects.toThrow(
      /points.5.outcomes.csv, line 4: example must be one of the other runs', got "e4"/,
    );
    const empty = `mkdir -p "$LORANK_OUT/points/7"; ${script({ 5: 1 })}`;
    await expect(trialOf(empty)).rejects.toThrow(/points.7.outcomes.csv \(or .jsonl\) must be there/);
  });

  test("have the outcomes beside the metric too", async () => {
    const values = (folder: string, value: number) =>
      `printf 'value\\n${value}\\n' > "$LORANK_OUT/${folder}outcomes.forgetting.csv"`;
    const whole = `${script({ 5: 1 })}; ${values("", 0.5)}`;
    const { result } = await trialOf(`${whole}; ${values("points/5/", 0.25)}`, 10, ["forgetting"]);
    expect(result.points![0]!.evaluation.secondary).toEqual([{ name: "forgetting", values: [0.25] }]);
    await expect(trialOf(whole, 10, ["forgetting"])).rejects.toThrow(
      /points.5.outcomes.forgetting.csv \(or .jsonl\) must be there/,
    );
  });
});

describe("a resumed command", () => {
  const text = (correct: number) => `example,correct\ne1,1\ne2,${correct}\ne3,0\n`;

  function earlier(points: Readonly<Record<string, string>>): string {
    const folder = temporaryFolder();
    for (const [place, content] of Object.entries(points)) {
      mkdirSync(join(folder, place), { recursive: true });
      writeFileSync(join(folder, place, "outcomes.csv"), content);
    }
    return folder;
  }

  /** Trial whose attempt resumes one with these points. */
  async function resumed(points: Readonly<Record<string, string>>, train: string) {
    const example = commandExample({ train });
    const spec = { ...example.spec, evaluateEvery: 10 };
    const events: ProgressEvent[] = [];
    const attempt = example.claim();
    carryPoints(earlier(points), attempt.folder);
    const report = (event: ProgressEvent) => events.push(event);
    const result = await runCommandTrial(example.store, example.place, spec, attempt, report);
    return { result, notes: events.flatMap((event) => (event.kind === "note" ? [event.text] : [])) };
  }

  test("has the points before it, and from its first own point on its own", async () => {
    const before = { "earlier-points/5": text(0), "points/10": text(1), "points/20": text(1) };
    const { result } = await resumed(before, script({ 20: 3, 25: 2 }));
    expect(correctAt(result)).toEqual([
      [5, 1, 0, 0],
      [10, 1, 1, 0],
      [20, 1, 1, 1],
      [25, 1, 1, 0],
    ]);
  });

  test("leaves out a point that the kill has cut, and says so", async () => {
    const before = { "points/5": text(0), "points/10": text(1).slice(0, 20) };
    const { result, notes } = await resumed(before, script({}));
    expect(correctAt(result)).toEqual([[5, 1, 0, 0]]);
    expect(notes).toEqual([
      expect.stringMatching(
        /earlier-points.10 is left out, for the attempt that wrote it was stopped: .*outcomes.csv/,
      ),
    ]);
  });

  test("without points begins without their folder", () => {
    const attempt = temporaryFolder();
    carryPoints(temporaryFolder(), attempt);
    expect(existsSync(join(attempt, "earlier-points"))).toBe(false);
  });
});

describe("evaluate-every of a command's sweep", () => {
  const trainer = { command: ["sh", "-c", "true", "{evaluateEvery}"] };

  test("is in the config and in every trial, and absent without", () => {
    const { plan } = prepareCommand({ evaluateEvery: 0.25, trainer });
    expect(plan.config.evaluateEvery).toBe(0.25);
    expect(new Set(plan.specs.map((spec) => spec.evaluateEvery))).toEqual(new Set([0.25]));
    const without = prepareCommand({ trainer }).plan;
    expect(without.config).not.toHaveProperty("evaluateEvery");
    expect(without.specs[0]).not.toHaveProperty("evaluateEvery");
  });

  test.each([0, -1, 1.5, Number.NaN])("refuses %s", (evaluateEvery) => {
    expect(() => prepareCommand({ evaluateEvery, trainer })).toThrow(
      `evaluateEvery must be a positive integer of steps, or a share of all steps above 0 and below 1, got ${evaluateEvery}`,
    );
  });
});
