// `lorank plan` with a time that is measured, and after the first seed of a sweep.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { trialId } from "@lorank/train/spec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cli } from "./cli.ts";
import { cliHere } from "./here.ts";

const small = [
  ...["--ranks", "2,4", "--targets", "q_proj,v_proj", "--epochs", "0.5"],
  ...["--train-examples", "40", "--validation-examples", "60", "--jobs", "2"],
];

async function planned(args: readonly string[], cwd: string) {
  const run = await cliHere(["plan", ...args, "--json"], { cwd });
  expect(run.stderr).toBe("");
  expect(run.code).toBe(0);
  return JSON.parse(run.stdout);
}

describe("before a sweep", () => {
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
});

describe("after a first seed", () => {
  let folder: string;

  beforeAll(async () => {
    folder = temporaryFolder();
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
    const { stdout, stderr } = await cliHere(["plan", ...other], { cwd: folder });
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
