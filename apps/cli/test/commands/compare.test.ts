import { cpSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { sha256OfFile } from "@lorank/checkpoint/disk";
import { decideResults, testScoreOf } from "@lorank/evidence";
import {
  canonicalJson,
  type EngineSpec,
  type Results,
  type SpecMembers,
  type TrialResult,
} from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { exampleArm } from "../../../../packages/sweep/test/helpers/example-arms.ts";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { makeResults } from "../../../report/test/fixtures/make-results.ts";
import { empty, probed, raced } from "../../../report/test/fixtures/scenes.ts";
import { cliHere } from "../here.ts";
import { csv, type Outcome, outcomes, runsTable } from "./runs.ts";
import { shows } from "./shows.ts";
import { sweepFolder } from "./sweep-folder.ts";

/** Outcomes of one rank under seeds 1 to 5 on 600 examples, by name in another order, wrong on one in `wrongIn`. */
function ofTrainer(wrongIn: number, { first = 0, seed = 1 } = {}): readonly Outcome[] {
  return [0, 1, 2, 3, 4].flatMap((run) =>
    Array.from({ length: 600 }, (_, i) => {
      const e = first + ((7 * i) % 600);
      return { rank: 8, seed: seed + run, example: `e${e}`, correct: (e + run) % wrongIn === 0 ? 0 : 1 };
    }),
  );
}

/** Results of a sweep over arms by name, of which `all` is best by 4 points, with test scores of it. */
function sweepOverArms(names: readonly string[], level: number): Results {
  const accuracyOf = (arm: number): number => level + (names[arm - 1] === "all" ? 0.04 : 0);
  const results = makeResults({ ranks: names.map((_, i) => i + 1), seeds: [0, 1, 2], accuracyOf });
  const named = results.trials.map((trial): TrialResult => {
    const spec = trial.spec as EngineSpec;
    return { ...trial, spec: { ...spec, arm: names[spec.lora.rank - 1]! } };
  });
  const tested = named.filter(({ spec }) => spec.arm === "all");
  const validation = tested.map(({ evaluation }) => evaluation!);
  const whole: Results = {
    ...results,
    trials: named,
    sweep: { ...results.sweep, axis: { by: "arm", names } },
    data: {
      ...results.data,
      test: { name: "held out", sha256: "e".repeat(64), examples: validation[0]!.correct.length },
    },
  };
  const decision = decideResults(whole);
  const { metric, confidence, axis } = decision;
  const rank = axis!.names.indexOf("all") + 1;
  const runs = tested.map(({ trialId, spec, evaluation }) => ({
    ...{ trialId, rank, seed: spec.seed, evaluation: evaluation! },
  }));
  return { ...whole, decision, test: testScoreOf({ metric, confidence, runs, validation, otherRanks: [] }) };
}

const noise = "0.81,0.83,0.82 0.84,0.82,0.85";

shows("compare", "two lists of scores", async ({ run }) => {
  await run(`compare ${noise}`);
  await run(`compare ${noise} --paired`);
  await run("compare 0.81,0.812,0.809 0.846,0.85,0.847");
  await run("compare 0.81,0.812,0.809,0.811,0.813 0.812,0.81,0.809,0.814,0.81 --margin 0.02");
  await run("compare 0.81,0.812,0.809 0.81,0.812,0.809");
  await run("compare 0.81,0.83,0.82 0.84");
  await run("compare 0.81 0.84");
});

shows("compare", "two lists of another metric", async ({ run }) => {
  await run("compare 1.24,1.22,1.25 1.11,1.13,1.12 --metric perplexity --lower --margin 0.05");
  await run("compare 1.24,1.22,1.25 1.11,1.13,1.12 --metric log-loss");
  await run("compare 84.1,83.2,83.9 85.1,84.8,85.6 --higher --margin 1");
});

shows("compare", "refused lists", async ({ write, run }) => {
  write("runs.csv", runsTable({ 8: [0.9, 0.91] }));
  write("more.csv", runsTable({ 8: [0.9, 0.91] }));
  await run("compare 84.1,83.2 85.1,84.8");
  await run("compare 0.81,x 0.82,0.83");
  await run("compare 0.81,,0.83 0.82,0.83");
  await run("compare '0.81;0.83' '0.82;0.83'");
  await run("compare '0.81 0.83' '0.82 0.83'");
  await run("compare 81%,83% 82%,83%");
  await run("compare 0.81,0.82 0.82,0.83 --metric f1");
  await run("compare 0.81,0.82 0.82,0.83 --higher --lower");
  await run("compare 0.81,0.82,0.83 0.82,0.83 --paired");
  await run("compare 0.81,0.82 0.82,0.83 --rank 8");
  await run("compare runs.csv more.csv --paired");
  await run("compare 0.81,0.82 0.82,0.83 --by model");
});

shows("compare", "two lists as a document", async ({ hide, run }) => {
  hide(/(?<=\.\d{9})\d+/g, "…");
  await run(`compare ${noise} --json`);
});

shows("compare", "outcomes of two tables", async ({ write, run }) => {
  write("before.csv", csv(ofTrainer(8)));
  write("after.csv", csv(ofTrainer(12)));
  await run("compare before.csv after.csv");
  write("some.csv", csv(ofTrainer(12, { first: 100 })));
  await run("compare before.csv some.csv");
  write("others.csv", csv(ofTrainer(12, { first: 1000 })));
  await run("compare before.csv others.csv");
  write("seeds.csv", csv(ofTrainer(12, { seed: 11 })));
  await run("compare before.csv seeds.csv");
});

shows("compare", "ranks of two tables", async ({ write, run }) => {
  write("a/runs.csv", csv(outcomes));
  write("b/runs.csv", csv(outcomes.map((row, i) => (i % 9 === 0 ? { ...row, correct: 0 } : row))));
  await run("compare a/runs.csv b/runs.csv --each");
  await run("compare a/runs.csv b/runs.csv --rank 2");
  await run("compare a/runs.csv b/runs.csv --rank 4");
  await run("compare a/runs.csv a/runs.csv");
  write("c/runs.csv", csv(outcomes));
  await run("compare a/runs.csv c/runs.csv");
});

shows("compare", "scores of two tables, and scores beside a table", async ({ write, run }) => {
  write(
    "a.csv",
    runsTable({ 4: [0.871, 0.868, 0.874, 0.866, 0.872], 8: [0.873, 0.87, 0.876, 0.869, 0.875] }),
  );
  write("b.csv", runsTable({ 4: [0.881, 0.88, 0.879, 0.882, 0.88], 8: [0.913, 0.91, 0.916, 0.909, 0.915] }));
  write("f1.csv", "rank,seed,f1\n8,1,0.9\n8,2,0.92\n");
  await run("compare a.csv b.csv");
  await run("compare a.csv 0.9,0.91,0.92");
  await run("compare a.csv nothing.csv");
  await run("compare a.csv f1.csv");
  await run("compare a.csv f1.csv --higher --margin 0.01");
  await run("compare a.csv b.csv --metric f1 --margin 0.01");
});

shows("compare", "arms by name", async ({ write, run }) => {
  const table = (models: Readonly<Record<string, readonly number[]>>): string =>
    csv(
      Object.entries(models).flatMap(([model, scores]) =>
        scores.map((accuracy, seed) => ({ model, seed, accuracy })),
      ),
    );
  write("a.csv", table({ small: [0.81, 0.812, 0.808], large: [0.85, 0.852, 0.849] }));
  write("b.csv", table({ large: [0.861, 0.858, 0.862], small: [0.83, 0.832, 0.829] }));
  await run("compare a.csv b.csv --by model --each");
  await run("compare 0.85,0.86,0.87 b.csv --by model");
  await run("compare a.csv b.csv --by model --rank 1");
  await run("compare a.csv b.csv --where model=small --by model");
});

shows("compare", "two sweeps over arms, in other orders, with test scores", async ({ write, run }) => {
  write("a/results.json", canonicalJson(sweepOverArms(["attention", "mlp", "all"], 0.9)));
  write("b/results.json", canonicalJson(sweepOverArms(["all", "mlp"], 0.92)));
  await run("compare a b --each");
  await run("compare a b --rank 1");
});

shows("compare", "two sweeps", async (terminal) => {
  const { folder, run } = terminal;
  await sweepFolder(terminal);
  cpSync(join(folder, "swept"), join(folder, "copied"), { recursive: true });
  await run("compare swept copied");
  await run("compare swept 0.9,0.91,0.92");
});

shows("compare", "two sweeps with margins of their own", async (terminal) => {
  const { folder, run } = terminal;
  await sweepFolder(terminal, { config: { margin: 0.02 } });
  renameSync(join(folder, "swept"), join(folder, "other"));
  await sweepFolder(terminal);
  await run("compare swept other");
});

shows("compare", "sweeps of arms, arm by arm, and one of ranks", async (terminal) => {
  const { run, hide } = terminal;
  const shares: Readonly<Record<string, number>> = { mlp: 0.93, attention: 0.94, "all linear": 0.95 };
  const arms = (...names: string[]) => ({
    config: { arms: names.map((name, i) => exampleArm(name, { rank: 8, cost: i + 1 })) },
    accuracyOf: ({ arm = "" }: SpecMembers) => shares[arm]!,
  });
  await sweepFolder(terminal, arms("mlp", "attention", "all linear"), "first");
  const { config } = arms("attention", "mlp", "q alone");
  await sweepFolder(
    terminal,
    { config, accuracyOf: ({ arm = "" }) => ({ attention: 0.9, mlp: 0.91 })[arm] ?? 0.8 },
    "second",
  );
  await sweepFolder(terminal, {}, "of-ranks");
  await run("compare first second --each");
  await run("compare of-ranks first");
  await run("compare first of-ranks");
  await run("compare first second --rank 8");
  await run("compare 0.9,0.91,0.92 second");
  hide(/(?<=\.\d{6})\d+/g, "…");
  await run("compare of-ranks second --json");
});

shows("compare", "sweeps that passed over ranks, and one without runs", async ({ write, run }) => {
  for (const [name, scene] of Object.entries({ probed, raced, empty }))
    write(`${name}/results.json`, canonicalJson(scene()));
  await run("compare probed raced");
  await run("compare probed raced --rank 16");
  await run("compare empty raced");
});

shows("compare", "a page of two tables", async ({ folder, write, run }) => {
  write("a/runs.csv", csv(outcomes));
  write("b/runs.csv", csv(outcomes.map((row, i) => (i % 9 === 0 ? { ...row, correct: 0 } : row))));
  await run("compare a/runs.csv b/runs.csv --each --out compare.html");
  const page = readFileSync(join(folder, "compare.html"), "utf8");
  expect(page).toContain("a/runs.csv (rank 2) is better than b/runs.csv (rank 2), by 7.8 ± 1.5 points.");
  for (const name of ["a", "b"]) expect(page).toContain(sha256OfFile(join(folder, name, "runs.csv")));
  expect(page).not.toContain(folder);
  const { stdout } = await run("compare a/runs.csv b/runs.csv -o compare.html --rank 2 --quiet");
  expect(readFileSync(join(folder, "compare.html"), "utf8")).toContain(stdout.split("\n")[3]!.slice(0, 40));
});

shows("compare", "a page that cannot be written", async ({ folder, write, run }) => {
  mkdirSync(join(folder, "taken"));
  await run(`compare ${noise} --out taken`);
  await run("compare a.csv b.csv --out no-folder/compare.html");
  write("file", "");
  await run(`compare ${noise} --out file/compare.html`);
});

test("with --json the document names the page, and nothing else goes to standard output", async () => {
  const out = join(temporaryFolder(), "compare.html");
  const { stdout } = await cliHere(["compare", ...noise.split(" "), "--json", "--out", out]);
  const plain = await cliHere(["compare", ...noise.split(" "), "--json"]);
  expect(JSON.parse(stdout)).toEqual({ ...JSON.parse(plain.stdout), out });
  expect(readFileSync(out, "utf8")).toContain(JSON.parse(stdout).explanation.slice(0, 60));
});
