// `lorank plan` before a sweep, after its first seed, and for outcomes of another trainer.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { trialId } from "@lorank/train/spec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cli, makeFolder, temporaryFolder } from "./cli.ts";
import { writeTinyModel } from "./tiny-model.ts";

const small = [
  ...["--ranks", "2,4", "--targets", "q_proj,v_proj", "--epochs", "0.5"],
  ...["--train-examples", "40", "--validation-examples", "60", "--jobs", "2"],
];

async function planned(args: readonly string[], cwd: string) {
  const run = await cli(["plan", ...args, "--json"], { cwd });
  expect(run.stderr).toBe("");
  expect(run.code).toBe(0);
  return JSON.parse(run.stdout);
}

describe("before a sweep", () => {
  test("says what the data can show and what the sweep costs, and writes nothing", async () => {
    const folder = temporaryFolder();
    const { design, results, noise, costs } = await planned(
      [...small, "--seeds", "3", "--margin", "0.05"],
      folder,
    );
    expect(readdirSync(folder)).toEqual([]);
    expect(design).toMatchObject({ ranks: [2, 4], seeds: 3, examples: 60, margin: 0.05, power: 0.8 });
    expect(results).toBeNull();
    expect(noise.map((one: { disagreement: number }) => one.disagreement)).toEqual([0.02, 0.05, 0.1]);
    expect(noise[0].bySeeds.map((row: { seeds: number }) => row.seeds)).toEqual([1, 3, 5, 10]);
    expect(costs).toMatchObject({ trials: 6, done: 0, trialsAtOnce: 2, timeSource: null, secondsLeft: null });
    expect(costs.peakBytes).toBe(
      2 * Math.max(...costs.ranks.map((row: { peakBytes: number }) => row.peakBytes)),
    );
  });

  test("prints it in words", async () => {
    const { stdout, code } = await cli(["plan", ...small, "--all"], { cwd: temporaryFolder() });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^trials {4}10: 2 ranks × 5 seeds, 2 side by side with 1 thread each$/m);
    expect(stdout).toMatch(/^time {6}unknown: --measure times a few steps/m);
    expect(stdout).toMatch(/^disk {6}[\d.]+ (k|M)B: adapters/m);
    expect(stdout).toContain("What 60 examples can show of 2 ranks, in points");
    expect(stdout).toContain("cannot certify equal ranks to within the margin of 1 point");
    expect(stdout).toContain("--validation-examples (up to 1,159).");
  });

  test("answers first: what the data can show, what it takes, and what to type", async () => {
    const typed = [...small, "--power", "0.9"];
    const { stdout } = await cli(["plan", ...typed], { cwd: temporaryFolder() });
    const titles = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[0]);
    expect(titles).toEqual(["data", "cut", "shows", "trials", "run"]);
    expect(stdout).toMatch(/^shows +equal ranks to within [\d.]+ points if .*\. More with --all\.$/m);
    expect(stdout).toMatch(
      /^trials +10: .* 1 thread each; time unknown without --measure, [\d.]+ MB of memory, [\d.]+ [kM]B of disk$/m,
    );
    expect(stdout).toMatch(/\nrun {7}lorank sweep [^\n]*\n$/);
    expect(stdout).toContain(`\nrun       lorank sweep ${small.join(" ")}\n`);
  });

  test("a method other than a grid runs fewer trials", async () => {
    const probe = [...small, "--ranks", "2,4,8,16", "--seeds", "10", "--method", "probe"];
    const { costs, design } = await planned(probe, temporaryFolder());
    expect(design.method).toBe("probe");
    expect(costs.trials).toBe(40);
    expect(costs.expectedTrials).toBeLessThan(40);
  });

  test("--measure times a few steps of both ranks", async () => {
    const folder = temporaryFolder();
    const { stdout, stderr, code } = await cli(["plan", ...small, "--device", "cpu", "--measure", "--json"], {
      cwd: folder,
    });
    expect(code).toBe(0);
    // A slow machine says meanwhile where it is.
    expect(stderr).toMatch(
      /^Timing a few steps of the smallest and the largest rank …\n(\S+ (rank \d: (step|evaluation batch) \d of \d(; )?)+\n)*$/,
    );
    const { costs } = JSON.parse(stdout);
    expect(costs.timeSource).toBe("measured");
    for (const { trialSeconds } of costs.ranks) expect(trialSeconds).toBeGreaterThan(0.5);
    const all = 5 * (costs.ranks[0].trialSeconds + costs.ranks[1].trialSeconds);
    const { trials, cuts, test: score } = costs.secondsByPart;
    expect(trials).toBeCloseTo(all / 2, 6);
    expect(cuts).toBe(0);
    expect(score).toBeGreaterThan(0.5);
    expect(costs.secondsLeft).toBeCloseTo(trials + score, 6);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("names the published sweeps that are near, and none where none is", async () => {
    const folder = temporaryFolder();
    writeTinyModel(folder);
    const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"));
    // A ninth of BERT-base.
    const layers = { hidden_size: 512, intermediate_size: 1376, num_hidden_layers: 4 };
    const heads = { num_attention_heads: 8, num_key_value_heads: 8 };
    writeFileSync(join(folder, "config.json"), JSON.stringify({ ...config, ...layers, ...heads }));
    const model = ["--model", ".", "--weights", "random", "--train-examples", "500"];

    const near = JSON.parse((await cli(["plan", ...model, "--json"], { cwd: folder })).stdout);
    expect(near.published).toHaveLength(8);
    expect(near.published[0]).toMatchObject({ model: "BERT-base", trainExamples: 500, seeds: 5 });
    const { stdout } = await cli(["plan", ...model, "--all"], { cwd: folder });
    expect(stdout).toMatch(/\nWhat published sweeps found, not what yours will: 8 sweeps of models of 0\.1/);

    const starter = await planned(small, folder);
    expect(starter.published).toEqual([]);
  });

  test("one rank cannot be compared", async () => {
    const { code, stderr } = await cli(["plan", ...small, "--ranks", "4"], { cwd: temporaryFolder() });
    expect(code).toBe(2);
    expect(stderr).toContain("ranks must be two or more to be compared, got 4");
  });
});

describe("after a first seed", () => {
  let folder: string;

  beforeAll(async () => {
    folder = makeFolder();
    const run = await cli(["sweep", ...small, "--seeds", "1", "--device", "cpu", "--out", "out"], {
      cwd: folder,
    });
    expect(run.code).toBe(0);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("observes the disagreement, and the time of what is left", async () => {
    const { results, noise, costs } = await planned([...small, "--seeds", "5", "--results", "out"], folder);
    expect(results).toEqual({ path: "out", warning: null });
    expect(noise).toHaveLength(1);
    expect(noise[0]).toMatchObject({ source: "one-seed", observedSeeds: 1, observedRanks: [2, 4] });
    expect(costs).toMatchObject({ trials: 10, done: 2, timeSource: "results" });
    expect(costs.secondsLeft).toBeGreaterThan(0);
  });

  test("the disk that the plan said is what the sweep took, within 10 %", async () => {
    const { costs } = await planned([...small, "--seeds", "1"], folder);
    const out = join(folder, "out");
    const inodes = new Map<number, number>();
    for (const name of readdirSync(out, { recursive: true, encoding: "utf8" })) {
      const file = statSync(join(out, name));
      if (file.isFile()) inodes.set(file.ino, file.size); // a result is linked from its attempt
    }
    const taken = [...inodes.values()].reduce((sum, size) => sum + size, 0);
    expect(Math.abs(costs.diskBytes.total / taken - 1)).toBeLessThan(0.1);
  });

  test("trials at other learning rates are left out", async () => {
    const results = join(folder, "out", "results");
    const [name] = readdirSync(results);
    const trial = JSON.parse(readFileSync(join(results, name!), "utf8"));
    const spec = { ...trial.spec, optimizer: { ...trial.spec.optimizer, learningRate: 0.123 } };
    const other = join(results, `${trialId(spec)}.json`);
    writeFileSync(other, JSON.stringify({ ...trial, trialId: trialId(spec), spec }));
    const { costs, noise } = await planned([...small, "--results", "out"], folder);
    rmSync(other);
    expect(costs.done).toBe(2);
    expect(noise).toHaveLength(1);
  });

  test("an unfinished sweep is enough: results.json is not needed", async () => {
    rmSync(join(folder, "out", "results.json"));
    const { noise } = await planned([...small, "--results", "out"], folder);
    expect(noise[0].source).toBe("one-seed");
  });

  test("says when the runs are of other data", async () => {
    const other = [...small, "--validation-examples", "50", "--results", "out", "--json"];
    const { stdout, stderr } = await cli(["plan", ...other], { cwd: folder });
    const { results } = JSON.parse(stdout);
    expect(stderr).toContain(results.warning);
    expect(results.warning).toMatch(/^The results are of other data \(spam-assassin\)/);
  });

  test("log loss has no usual noise, but an observed one", async () => {
    const before = await planned([...small, "--metric", "log-loss"], folder);
    expect(before.noise).toEqual([]);
    const after = await planned([...small, "--metric", "log-loss", "--results", "out"], folder);
    expect(after.noise).toHaveLength(1);
  });
});

describe("for another trainer", () => {
  test("--examples is enough: one seed and two ranks have the textbook's figures", async () => {
    const { design, noise, sweep } = await planned(
      ["--examples", "872", "--ranks", "4,8"],
      temporaryFolder(),
    );
    expect(sweep).toBeUndefined();
    expect(design).toMatchObject({ ranks: [4, 8], seeds: 5, examples: 872, margin: 0.01 });
    const needed = noise.map((one: { needed: { oneSeedExamples: number } }) => one.needed.oneSeedExamples);
    expect(needed).toEqual([1237, 3092, 6183]);
  });

  test("ranks and examples are those of the outcomes", async () => {
    const folder = temporaryFolder();
    const rows = [2, 16].flatMap((rank) =>
      [1, 2].flatMap((seed) =>
        Array.from({ length: 50 }, (_, e) => `${rank},${seed},${e},${(e * rank * seed) % 7 === 0 ? 0 : 1}\n`),
      ),
    );
    writeFileSync(join(folder, "outcomes.csv"), `rank,seed,example,correct\n${rows.join("")}`);
    const { design, noise } = await planned(["--results", "outcomes.csv", "--seeds", "8"], folder);
    expect(design).toMatchObject({ ranks: [2, 16], seeds: 8, examples: 50 });
    expect(noise[0]).toMatchObject({ source: "observed", observedSeeds: 2 });
  });

  test("names a folder without a sweep", async () => {
    const { code, stderr } = await cli(["plan", "--results", "nothing"], { cwd: temporaryFolder() });
    expect(code).toBe(2);
    expect(stderr).toContain("results must be a sweep's folder or its results.json, got nothing");
  });
});
