import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cli, temporaryFolder } from "./cli.ts";

const fixtures = new URL("../../../packages/evidence/test/fixtures/", import.meta.url).pathname;

/** Two ranks, three seeds and 400 examples; rank 2 misses an example in four that rank 8 has right. */
const rows = [2, 8].flatMap((rank) =>
  [1, 2, 3].flatMap((seed) =>
    Array.from({ length: 400 }, (_, e) => {
      const isWrong = (e + seed) % 10 === 0 || (rank === 2 && (e + 3 * seed) % 4 === 0);
      return [rank, seed, `e${e}`, isWrong ? "no" : "yes"];
    }),
  ),
);
const semicolons = ["sep=;", "Rank;Seed;Example;Correct", ...rows.map((row) => row.join(";"))].join("\r\n");
const jsonl = rows
  .map(([rank, seed, example, correct]) =>
    JSON.stringify({ rank, seed, example, correct: correct === "yes" }),
  )
  .join("\n");

describe("outcomes of another trainer", () => {
  test("get one number of seeds from verdict and from plan", async () => {
    const rows = [4, 8, 32].flatMap((rank) =>
      [1, 2, 3].flatMap((seed) =>
        Array.from({ length: 400 }, (_, e) => {
          const isWrong = (e * 7 + rank * seed * 13) % (rank === 4 ? 4 : 9) === 0;
          return `${rank},${seed},${e},${isWrong ? 0 : 1}`;
        }),
      ),
    );
    const folder = temporaryFolder();
    writeFileSync(join(folder, "runs.csv"), ["rank,seed,example,correct", ...rows].join("\n"));
    const [verdict, plan] = await Promise.all(
      [
        ["verdict", "runs.csv"],
        ["plan", "--results", "runs.csv"],
      ].map(async (command) => JSON.parse((await cli([...command, "--json"], { cwd: folder })).stdout)),
    );
    const { onlySeeds, leastSeeds, examples, seeds } = verdict.needed;
    expect(onlySeeds).toBeGreaterThan(3);
    expect(plan.noise[0].needed).toMatchObject({
      seedsWithTheseExamples: onlySeeds,
      leastSeedsWithTheseExamples: leastSeeds ?? null,
      examplesWithTheseSeeds: null,
      fewestOutcomes: { examples, seeds },
    });
  });

  test("on standard input get the verdict that they get in a file", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "outcomes.csv"), semicolons);
    const [file, pipe] = await Promise.all([
      cli(["verdict", "outcomes.csv", "--json"], { cwd: folder }),
      cli(["verdict", "-", "--json"], { input: jsonl }),
    ]);
    expect(JSON.parse(pipe.stdout)).toMatchObject({ verdict: "extend", rank: 8, seeds: 3, examples: 400 });
    expect(file).toEqual(pipe);
  });

  test("that are faulty end the command with 2, and nothing is written", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "outcomes.csv"), semicolons.replace("yes", "maybe"));
    const run = await cli(["report", "outcomes.csv"], { cwd: folder });
    expect(run).toEqual({
      code: 2,
      stdout: "",
      stderr: 'error: outcomes.csv has 1 problem:\n  line 3: correct must be between 0 and 1, got "maybe"\n',
    });
    expect(existsSync(join(folder, "report.html"))).toBe(false);
  });

  test("that are copies of one run a rank, as CSV and JSONL, get no rank and name the setting", async () => {
    const folder = temporaryFolder();
    const copied = rows.map(([rank, seed, example]) => {
      const e = Number(String(example).slice(1));
      const isWrong = e % 10 === 0 || (rank === 2 && e % 4 === 0);
      return { rank, seed, example, correct: isWrong ? 0 : 1, label: e % 2 };
    });
    const csv = ["rank,seed,example,correct,label", ...copied.map((row) => Object.values(row).join(","))];
    writeFileSync(join(folder, "outcomes.csv"), csv.join("\n"));
    writeFileSync(join(folder, "outcomes.jsonl"), copied.map((row) => JSON.stringify(row)).join("\n"));
    const open = { verdict: "inconclusive", rank: null, copies: { setting: "seed", shownBy: "outcomes" } };
    for (const file of ["outcomes.csv", "outcomes.jsonl"]) {
      const run = await cli(["verdict", file, "--json", "--require-conclusive"], { cwd: folder });
      expect([file, run.code, JSON.parse(run.stdout)]).toMatchObject([file, 4, open]);
    }
    await cli(["report", "outcomes.csv"], { cwd: folder });
    const page = readFileSync(join(folder, "report.html"), "utf8");
    expect(page).toContain("rank 2 under seeds 1, 2 and 3; rank 8 under seeds 1, 2 and 3");
  });

  test("make a report with the margin that is asked for", async () => {
    const folder = temporaryFolder();
    const run = await cli(["report", "-", "--margin", "0.4"], { cwd: folder, input: semicolons });
    expect(run).toEqual({ code: 0, stdout: "report.html\n", stderr: "" });
    const page = readFileSync(join(folder, "report.html"), "utf8");
    expect(/<h1[^>]*>([^<]*)/.exec(page)?.[1]).toBe(
      "Use rank 2: it loses at most 21.7 points, within the 40 that you accept.",
    );
    expect(page).toContain("<title>standard input: Use rank 2: it loses at most 21.7 points");
  });
});

describe("scores of runs", () => {
  test("in MLflow's export get a verdict, which says what was read and left out", async () => {
    const run = await cli(["verdict", join(fixtures, "trackers/mlflow.csv"), "--margin", "0.05"]);
    expect(run).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(
        "Use rank 4: it loses at most 1.9 points, within the 5 that you accept.",
      ),
    });
    expect(run.stdout.replaceAll(/\s+/g, " ")).toContain(
      "one score of each of 6 runs (3 runs a rank, compared seed by seed)",
    );
    expect(run.stderr).toContain("metrics.eval_accuracy by params.lora_r and params.seed.");
    expect(run.stderr).toContain("Left out 1 run: failed.");
  });

  test("in the logs of transformers' Trainer get one too, and a report", async () => {
    const pattern = join(fixtures, "trainer-state", "r{rank}-s{seed}");
    const { stdout } = await cli(["verdict", pattern, "--metric", "loss", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      metric: "log-loss",
      seeds: 2,
      runScores: { runs: 4, pairing: "all" },
    });
    const folder = temporaryFolder();
    const table = [
      "rank,seed,judge",
      ...[2, 4].flatMap((rank) => [0, 1, 2].map((seed) => `${rank},${seed},${rank + seed / 9}`)),
    ];
    writeFileSync(join(folder, "runs.csv"), table.join("\n"));
    const report = await cli(["report", "runs.csv", "--metric", "judge", "--higher", "--margin", "0.5"], {
      cwd: folder,
    });
    expect(report).toMatchObject({ code: 0, stdout: "report.html\n" });
    expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("one score of each of 6 runs");
  });

  test("are chosen by a column or averaged over one, and the verdict, its JSON and the report tell it", async () => {
    const folder = temporaryFolder();
    const rows = [4, 16].flatMap((rank) =>
      ["q_proj", "all-linear"].flatMap((targets, t) =>
        [1, 2, 3].map((seed) => `${rank},${targets},${seed},0.${70 + 10 * t + seed + rank / 4},0.5`),
      ),
    );
    writeFileSync(join(folder, "runs.csv"), ["rank,targets,seed,accuracy,f1", ...rows].join("\n"));
    const verdict = (...flags: string[]) => cli(["verdict", "runs.csv", ...flags], { cwd: folder });
    expect(await verdict()).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "error: rank 4, seed 1 must occur once in runs.csv, got it in lines 2 and 5; 5 more runs too\n" +
        "They differ in targets (q_proj and all-linear).\n" +
        "Choose by --where targets=q_proj, or take means by --average-over targets.\n",
    });
    const [chosen, averaged] = await Promise.all([
      verdict("--where", "targets=q_proj"),
      verdict("--average-over", "targets", "--json"),
    ]);
    expect(chosen.stdout.replaceAll(/\s+/g, " ")).toContain("Only rows with targets q_proj count.");
    expect(chosen.stderr).toContain("The table also has f1; --metric f1 judges by it.");
    const averageOver = { column: "targets", values: ["all-linear", "q_proj"] };
    expect(JSON.parse(averaged.stdout)).toMatchObject({ seeds: 3, chosenRows: { averageOver } });
    await cli(["report", "runs.csv", "--average-over", "targets"], { cwd: folder });
    const page = readFileSync(join(folder, "report.html"), "utf8");
    expect(page).toContain("Scores are means over targets: all-linear and q_proj.");
  });

  test.each([
    [["--metric", "f1"], "runs.csv must have one column f1, got none of accuracy"],
    [["--higher", "--lower"], "--higher and --lower exclude each other, got both"],
  ])("refuses %j with the reason and 2", async (flags, reason) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "runs.csv"), "rank,accuracy\n4,0.5\n");
    const run = await cli(["verdict", "runs.csv", ...flags], { cwd: folder });
    expect(run).toEqual({ code: 2, stdout: "", stderr: `error: ${reason}\n` });
  });

  test("of one seed have no intervals, and a best bet without a risk", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "runs.csv"), "rank,accuracy\n4,0.5\n8,0.625\n");
    const { stdout } = await cli(["verdict", "runs.csv"], { cwd: folder });
    expect(stdout).toMatch(/^rank +accuracy\n +4 +50\.0 %\n +8 +62\.5 %\n/);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("If you must choose now: rank 8, the best mean.");
  });

  test("a side that is better is of scores alone", async () => {
    const run = await cli(["verdict", "-", "--higher"], { input: jsonl });
    expect(run).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--higher must be of a table of runs"),
    });
  });
});
