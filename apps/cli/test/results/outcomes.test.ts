import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { csv, outcomes } from "../commands/runs.ts";
import { cliHere } from "../here.ts";

const fixtures = new URL("../../../../packages/evidence/test/fixtures/", import.meta.url).pathname;

const yesOrNo = outcomes.map(({ correct, ...row }) => ({ ...row, correct: correct === 1 ? "yes" : "no" }));
const semicolons = `sep=;\r\n${csv(yesOrNo, ";").replaceAll("\n", "\r\n")}`;
const jsonl = outcomes.map((row) => JSON.stringify({ ...row, correct: row.correct === 1 })).join("\n");

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
      ].map(async (command) => JSON.parse((await cliHere([...command, "--json"], { cwd: folder })).stdout)),
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
      cliHere(["verdict", "outcomes.csv", "--json"], { cwd: folder }),
      cliHere(["verdict", "-", "--json"], { input: jsonl }),
    ]);
    expect(JSON.parse(pipe.stdout)).toMatchObject({ verdict: "extend", rank: 8, seeds: 3, examples: 400 });
    expect(file).toEqual(pipe);
  });

  test("that are faulty leave no report", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "outcomes.csv"), semicolons.replace("yes", "maybe"));
    expect(await cliHere(["report", "outcomes.csv"], { cwd: folder })).toMatchObject({ code: 2, stdout: "" });
    expect(existsSync(join(folder, "report.html"))).toBe(false);
  });

  test("that are copies of one run a rank, as CSV and JSONL, get no rank and name the setting", async () => {
    const folder = temporaryFolder();
    const copied = outcomes.map(({ rank, seed, example }) => {
      const e = Number(example.slice(1));
      const isWrong = e % 10 === 0 || (rank === 2 && e % 4 === 0);
      return { rank, seed, example, correct: isWrong ? 0 : 1, label: e % 2 };
    });
    writeFileSync(join(folder, "outcomes.csv"), csv(copied));
    writeFileSync(join(folder, "outcomes.jsonl"), copied.map((row) => JSON.stringify(row)).join("\n"));
    const open = { verdict: "inconclusive", rank: null, copies: { setting: "seed", shownBy: "outcomes" } };
    for (const file of ["outcomes.csv", "outcomes.jsonl"]) {
      const run = await cliHere(["verdict", file, "--json", "--require-conclusive"], { cwd: folder });
      expect([file, run.code, JSON.parse(run.stdout)]).toMatchObject([file, 4, open]);
    }
    await cliHere(["report", "outcomes.csv"], { cwd: folder });
    const page = readFileSync(join(folder, "report.html"), "utf8");
    expect(page).toContain("rank 2 under seeds 1, 2 and 3; rank 8 under seeds 1, 2 and 3");
  });

  test("make a report with the margin that is asked for", async () => {
    const folder = temporaryFolder();
    const run = await cliHere(["report", "-", "--margin", "0.4"], { cwd: folder, input: semicolons });
    expect(run).toMatchObject({ code: 0, stdout: "report.html\n", stderr: "" });
    const page = readFileSync(join(folder, "report.html"), "utf8");
    expect(/<h1[^>]*>([^<]*)/.exec(page)?.[1]).toBe(
      "Use rank 2: it loses at most 21.7 points, within the 40 that you accept.",
    );
    expect(page).toContain("<title>standard input: Use rank 2: it loses at most 21.7 points");
  });
});

describe("scores of runs", () => {
  test("in the logs of transformers' Trainer get one too, and a report", async () => {
    const pattern = join(fixtures, "trainer-state", "r{rank}-s{seed}");
    const { stdout } = await cliHere(["verdict", pattern, "--metric", "loss", "--json"]);
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
    const report = await cliHere(["report", "runs.csv", "--metric", "judge", "--higher", "--margin", "0.5"], {
      cwd: folder,
    });
    expect(report).toMatchObject({ code: 0, stdout: "report.html\n" });
    expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("one score of each of 6 runs");
  });

  test("are averaged over a column, and the document and the report tell it", async () => {
    const folder = temporaryFolder();
    const rows = [4, 16].flatMap((rank) =>
      ["q_proj", "all-linear"].flatMap((targets, t) =>
        [1, 2, 3].map((seed) => `${rank},${targets},${seed},0.${70 + 10 * t + seed + rank / 4},0.5`),
      ),
    );
    writeFileSync(join(folder, "runs.csv"), ["rank,targets,seed,accuracy,f1", ...rows].join("\n"));
    const verdict = (...flags: string[]) => cliHere(["verdict", "runs.csv", ...flags], { cwd: folder });
    const averaged = await verdict("--average-over", "targets", "--json");
    const averageOver = { column: "targets", values: ["all-linear", "q_proj"] };
    expect(JSON.parse(averaged.stdout)).toMatchObject({ seeds: 3, chosenRows: { averageOver } });
    await cliHere(["report", "runs.csv", "--average-over", "targets"], { cwd: folder });
    const page = readFileSync(join(folder, "report.html"), "utf8");
    expect(page).toContain("Scores are means over targets: all-linear and q_proj.");
  });
});
