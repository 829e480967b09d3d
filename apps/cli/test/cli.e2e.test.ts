import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { stripMeasured } from "@lorank/evidence/parse";
import { claimsOf, inBrief, inWords, type Results } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cli } from "./cli.ts";
import { cliHere } from "./here.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = temporaryFolder();
writeTinyModel(join(folder, "tiny"));
const inFolder = { cwd: folder };

/** The bytes of a file in base64, or of the files in a folder by their paths. */
function bytesUnder(path: string): string | Record<string, string> {
  if (!statSync(path).isDirectory()) return readFileSync(path, "base64");
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const files = entries.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(files.map((file) => [relative(path, file), readFileSync(file, "base64")]));
}

test("reads a sweep's file from standard input, with the working directory as its folder", async () => {
  const input = "ranks: [2, 4]\ntrainer: { command: [node, absent.mjs] }\n";
  const run = await cli(["sweep", "-", "--print-config"], { input });
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(run.stdout).toMatch(/^ranks: \[2, 4\] +# -$/m);
  const large = await cli(["plan", "-"], { input: `#${"x".repeat(2 ** 16)}` });
  expect(large).toMatchObject({ code: 2, stderr: "error: - must have at most 65536 bytes, got 65537\n" });
});

test("outcomes are read from a pipe", async () => {
  const rows = [2, 4].flatMap((rank) => ["a", "b"].map((example) => `${rank},1,${example},1\n`));
  const run = await cli(["verdict", "-", "--json"], { input: `rank,seed,example,correct\n${rows.join("")}` });
  expect(JSON.parse(run.stdout)).toMatchObject({ seeds: 1, examples: 2 });
});

test("doctor finds the runtime of this machine, and says what to run", async () => {
  const run = await cliHere(["doctor", "--json"]);
  expect(run.code).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({
    works: true,
    node: process.version,
    next: expect.stringMatching(/^Ready: run `lorank sweep`\. It will use \S+: /),
  });
});

describe("a small sweep", () => {
  const sweep = [
    ..."sweep --model tiny --ranks 1,2 --seeds 2 --train-examples 24 --validation-examples 20".split(" "),
    ..."--max-length 32 --epochs 1 --jobs 1 --out out".split(" "),
  ];

  test("stops at Ctrl-C, says how to go on, goes on, and then has nothing left to do", async () => {
    await cliHere([...sweep, "--dry-run"], inFolder);
    expect(existsSync(join(folder, "out"))).toBe(false);

    let asked = false;
    const stopped = await cli(sweep, {
      ...inFolder,
      onStderr: (text, kill) => {
        if (asked || !text.includes("done in")) return;
        asked = true;
        kill("SIGINT");
      },
    });
    expect(stopped.code).toBe(75);
    expect(stopped.stderr).toContain("To go on where it stopped:\n  lorank sweep --out out");
    const done = readdirSync(join(folder, "out", "results"));
    expect(done.length).toBeGreaterThan(0);

    const whole = await cliHere(sweep, inFolder);
    expect(whole.code).toBe(0);
    // so little data name no rank
    const { decision, ...unscored } = JSON.parse(readFileSync(join(folder, "out", "results.json"), "utf8"));
    const claims = claimsOf({ decision, ...unscored });
    expect(claims).toContainEqual(
      expect.objectContaining({ kind: "no-test-score", examples: 20, rank: null }),
    );
    const text = whole.stdout.replace(/\s+/g, " ");
    for (const claim of claims.filter((one) => one.topic !== "next" && inBrief(one) !== ""))
      expect([claim.kind, text.split(inBrief(claim)).length - 1]).toEqual([claim.kind, 1]);
    for (const control of ["\r", "\u001b"]) expect(whole.stderr).not.toContain(control);
    expect(readdirSync(join(folder, "out", "results"))).toHaveLength(4);
    expect(readdirSync(join(folder, "out", "adapters"))).toEqual(["r1", "r2"]);

    const bytes = readFileSync(join(folder, "out", "results.json"));
    const { mtimeMs } = statSync(join(folder, "out", "results.json"));
    const again = await cliHere([...sweep, "--json"], inFolder);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({
      status: "complete",
      finishedNow: 0,
      trials: 4,
      failed: [],
    });
    expect(readFileSync(join(folder, "out", "results.json")).equals(bytes)).toBe(true);
    expect(statSync(join(folder, "out", "results.json")).mtimeMs).toBe(mtimeMs);
  });

  test("killed before its sweep.json or its data have their names, it goes on to the same bytes", async () => {
    const killed = [...sweep.slice(0, -1), "killed"];
    const at = (place: string) => join(folder, "killed", place);
    for (const name of ["sweep\\.json$", "data/[0-9a-f]{64}\\.json$"]) {
      const imports = [import.meta.resolve("./kill-before-rename.mjs")];
      await cli(killed, { ...inFolder, imports, env: { KILL_BEFORE_RENAME: name } });
      const left = readdirSync(at(""), { recursive: true, encoding: "utf8" });
      expect(left.filter((path) => path.endsWith(".tmp"))).toHaveLength(1);
    }
    expect(readdirSync(at("results"))).toEqual([]);

    const whole = await cliHere(killed, inFolder);
    expect(whole.code, whole.stderr).toBe(0);
    for (const place of ["sweep.json", "data", "specs", "adapters"])
      expect(bytesUnder(at(place))).toEqual(bytesUnder(join(folder, "out", place)));
    const trials = (out: string) =>
      (JSON.parse(readFileSync(join(out, "results.json"), "utf8")) as Results).trials.map(stripMeasured);
    expect(trials(at(""))).toEqual(trials(join(folder, "out")));
    const names = readdirSync(at(""), { recursive: true, encoding: "utf8" });
    expect(names.filter((path) => /\.tmp$|sweep\.lock/.test(path))).toEqual([]);
  });

  test.runIf(process.platform === "linux")("says at once where it cannot take its folder", async () => {
    mkdirSync(join(folder, "linked"));
    symlinkSync("nowhere", join(folder, "linked", "sweep.lock"));
    const runs = await Promise.all(
      ["/proc/none/out", "linked"].map((out) =>
        cli([...sweep.slice(0, -1), out], { ...inFolder, within: ["timeout", "-s", "KILL", "500"] }),
      ),
    );
    expect(runs.map(({ code }) => code)).toEqual([2, 2]);
    expect(runs.map(({ stderr }) => stderr)).toEqual([
      expect.stringContaining("--out must be a folder that can be written to, got /proc/none/out (ENOENT)"),
      expect.stringContaining("--out must hold sweep.lock as a plain file or not at all, got a dangling"),
    ]);
    expect(readdirSync(join(folder, "linked"))).toEqual(["sweep.lock"]);
  });

  test("scores the recommended rank on the test texts, once", async () => {
    const mails = Array.from({ length: 84 }, (_, i) =>
      i % 2 === 0 ? `money money money ${i},spam` : `meeting meeting meeting ${i},ham`,
    );
    writeFileSync(join(folder, "mails.csv"), ["text,label", ...mails].join("\n"));
    const wide = [
      ...sweep.slice(0, -1),
      ..."wide --data mails.csv --text-column text --label-column label --test-examples 20".split(" "),
      // no two ranks can differ by as much
      ..."--epochs 4 --learning-rate 0.01 --metric log-loss --margin 99".split(" "),
    ];
    const run = await cliHere([...wide, "--json"], inFolder);
    const { verdict, test: score } = JSON.parse(run.stdout);
    expect(verdict.classPrior.state).toBe("better");
    expect(verdict.rank).toBe(1);
    expect(score).toMatchObject({ rank: 1, seeds: 2, examples: 20, confidence: 0.95 });
    expect(score).not.toHaveProperty("runs");
    const results = JSON.parse(readFileSync(join(folder, "wide", "results.json"), "utf8"));
    expect(results.test).toMatchObject(score);
    expect(results.data.test).toMatchObject({ name: "mails.csv", examples: 20 });
    expect(readdirSync(join(folder, "wide", "data"))).toContain(`${results.data.test.sha256}.json`);
    expect(existsSync(join(folder, "wide", "test", results.data.test.sha256))).toBe(true);

    const before = statSync(join(folder, "wide", "results.json")).mtimeMs;
    const again = await cliHere(wide, inFolder);
    const tested = claimsOf(results).find(({ kind }) => kind === "test-score");
    expect(tested).toMatchObject({ rank: 1, seeds: 2, examples: 20 });
    expect(again.stdout.replace(/\s+/g, " ")).toContain(inBrief(tested!));
    expect(statSync(join(folder, "wide", "results.json")).mtimeMs).toBe(before);
    const [lost, verdictAlone] = await Promise.all([
      cliHere([...wide, "--test-examples", "0"], inFolder),
      cliHere(["verdict", "wide", "--metric", "accuracy"], inFolder),
    ]);
    expect(lost.code).toBe(2);
    expect(lost.stderr).toContain("test.examples: 20 -> (absent)");
    expect(verdictAlone.stdout).toContain("20 test examples");
  });

  test("refuses other settings with the difference, and leaves the folder as it was", async () => {
    const before = readdirSync(join(folder, "out", "data"));
    const run = await cliHere([...sweep, "--max-length", "16"], inFolder);
    expect(run).toMatchObject({ code: 2 });
    expect(run.stderr).toContain("data.sha256");
    expect(readdirSync(join(folder, "out", "data"))).toEqual(before);
  });

  test("has a report and a verdict of its own", async () => {
    const [report, verdict] = await Promise.all([
      cliHere(["report", "out", "--out", "page.html", "--json"], inFolder),
      cliHere(["verdict", "out", "--json"], inFolder),
    ]);
    expect(JSON.parse(report.stdout)).toMatchObject({ report: "page.html" });
    const page = readFileSync(join(folder, "page.html"), "utf8");
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain(">out/adapters/r1</td>");
    const { decision } = JSON.parse(readFileSync(join(folder, "out", "results.json"), "utf8"));
    const { steps, next, limits, ...found } = JSON.parse(verdict.stdout);
    expect(found).toEqual(decision);
    expect(limits).toMatch(/limits\.html$/);
    expect(page).toContain(steps[0].words);
    expect(next).toMatch(/^lorank sweep /);
  });
});

describe("a sweep whose rate is so high that every run answers the same", () => {
  const sweep = [
    ..."sweep --model tiny --ranks 1,2 --seeds 2 --train-examples 24 --validation-examples 600".split(" "),
    ..."--test-examples 10 --max-length 16 --epochs 1 --jobs 1 --learning-rate 1000 --out burnt".split(" "),
  ];

  test("recommends no rank, scores none, and says to lower the rate", async () => {
    const run = await cliHere([...sweep, "--require-conclusive"], inFolder);
    expect(run.code).toBe(4);
    const text = run.stdout.replace(/\s+/g, " ");
    const results = JSON.parse(readFileSync(join(folder, "burnt", "results.json"), "utf8"));
    const { data, decision, test: score } = results;
    const claims = claimsOf(results);
    expect(claims.map(({ kind }) => kind)).toEqual([
      ...["none-recommended", "nothing-learned", "fault", "closest-to-prior", "no-test-score"],
      ...["lower-rate", "basis"],
    ]);
    expect(claims[0]).toMatchObject({ why: "not-better" });
    expect(claims[2]).toMatchObject({ cause: "rate-too-high" });
    expect(claims[5]).toMatchObject({ now: 1000 });
    expect(text).toContain(`Verdict: inconclusive. ${inWords(claims[0]!)}`);
    // Flags in the order of their help.
    const command =
      "lorank sweep --model tiny --train-examples 24 --validation-examples 600 --test-examples 10 --max-length 16 " +
      "--ranks 1,2 --seeds 2 --epochs 1 --jobs 1 --learning-rate auto --out burnt-2";
    expect(text).toContain(`Next: ${inWords(claims[5]!)} ${command}`);
    expect(text).not.toContain("the one to take");
    expect(score).toBeUndefined();
    expect(data.validationLabels).toHaveLength(600);
    const share = data.validationLabels.filter((label: number) => label === 0).length / 600;
    expect(Math.max(share, 1 - share)).toBeCloseTo(data.majorityShare, 12);
    for (const { accuracy } of decision.ranks) expect(accuracy).toBeCloseTo(data.majorityShare, 12);
    expect(readFileSync(join(folder, "burnt", "report.html"), "utf8")).toContain(inWords(claims[0]!));
  });

  test("has the same verdict by either metric later, and of its outcomes with or without labels", async () => {
    const { data, trials } = JSON.parse(readFileSync(join(folder, "burnt", "results.json"), "utf8"));
    const rowsOf = (withLabel: boolean): string[] =>
      trials.flatMap(
        (trial: { spec: { lora: { rank: number }; seed: number }; evaluation: { correct: number[] } }) =>
          trial.evaluation.correct.map((correct, e) => {
            const { lora, seed } = trial.spec;
            return [lora.rank, seed, e, correct, ...(withLabel ? [data.validationLabels[e]] : [])].join(",");
          }),
      );
    const head = "rank,seed,example,correct";
    writeFileSync(join(folder, "burnt.csv"), [head, ...rowsOf(false)].join("\n"));
    writeFileSync(join(folder, "labelled.csv"), [`${head},label`, ...rowsOf(true)].join("\n"));
    const verdicts = [["burnt"], ["burnt", "--metric", "log-loss"], ["labelled.csv"], ["burnt.csv"]];
    const runs = await Promise.all(verdicts.map((of) => cliHere(["verdict", ...of, "--json"], inFolder)));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const found = runs.map(({ stdout }) => JSON.parse(stdout));
    expect(found.map(({ verdict, rank }) => [verdict, rank])).toEqual(
      verdicts.map(() => ["inconclusive", null]),
    );
    expect(found.map(({ classPrior }) => classPrior.state)).toEqual([
      ...["not-better", "not-better", "not-better"],
      "unclear",
    ]);
  });
});
