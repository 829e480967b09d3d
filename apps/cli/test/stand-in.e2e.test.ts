import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readPeftAdapter } from "@lorank/checkpoint/files";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { recipesFolder } from "../src/settings/recipes.ts";
import { cli } from "./cli.ts";

const recipe = join(recipesFolder(), "stand-in");

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

function start(out: string, settings: Readonly<Record<string, string>>): ChildProcess {
  const env = { ...process.env, LORANK_EPOCHS: "2", ...settings, LORANK_OUT: out };
  return spawn(process.execPath, ["train.mjs"], { cwd: recipe, env, stdio: ["ignore", "ignore", "pipe"] });
}

function ended(child: ChildProcess): Promise<Ended> {
  let stderr = "";
  child.stderr!.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stderr }));
  });
}

async function trained(settings: Readonly<Record<string, string>> = {}) {
  const out = temporaryFolder();
  const end = await ended(start(out, settings));
  const text = (name: string): string => readFileSync(join(out, name), "utf8");
  return { ...end, out, text };
}

const lines = (text: string): string[] => text.trimEnd().split("\n");
const column = (text: string, place: number): string[] =>
  lines(text)
    .slice(1)
    .map((line) => line.split(",")[place]!);

describe("the stand-in trainer", () => {
  test("writes all files of the contract", async () => {
    const { code, out, text } = await trained({ LORANK_RANK: "3", LORANK_ALPHA: "6" });
    expect(code).toBe(0);
    const outcomes = text("outcomes.csv");
    expect(lines(outcomes)[0]).toBe("example,correct,logLoss,label");
    expect(new Set(column(outcomes, 0)).size).toBe(200);
    expect(new Set(column(outcomes, 1))).toEqual(new Set(["0", "1"]));
    const losses = lines(text("losses.jsonl")).map((line) => JSON.parse(line) as { step: number });
    expect(losses).toHaveLength(50); // 2 epochs of 400 examples in batches of 16
    expect(losses[49]).toMatchObject({ step: 50, loss: expect.any(Number), steps: 50 });
    expect(JSON.parse(text("memory.json")).peakBytes).toBeGreaterThan(1e6);
    const { rank, layers } = readPeftAdapter(join(out, "adapter"));
    expect({ rank, layers: layers.size }).toEqual({ rank: 3, layers: 1 });
  });

  test("pairs a seed: the same examples in training and evaluation, and the same first rows of A", async () => {
    const { newAdapter } = (await import(pathToFileURL(join(recipe, "task.mjs")).href)) as {
      newAdapter: (rank: number, alpha: number, seed: number) => { readonly A: readonly number[][] };
    };
    expect(newAdapter(2, 4, 1).A).toEqual(newAdapter(8, 4, 1).A.slice(0, 2));
    expect(newAdapter(2, 4, 1).A).not.toEqual(newAdapter(2, 4, 2).A);
    const [one, other, second] = await Promise.all([
      trained({ LORANK_RANK: "1" }),
      trained({ LORANK_RANK: "4" }),
      trained({ LORANK_RANK: "1", LORANK_SEED: "2" }),
    ]);
    for (const place of [0, 3]) {
      expect(column(other.text("outcomes.csv"), place)).toEqual(column(one.text("outcomes.csv"), place));
      expect(column(second.text("outcomes.csv"), place)).toEqual(column(one.text("outcomes.csv"), place));
    }
    // B is zero at the start, so the first loss is that of guessing among 8 classes.
    const first = ({ text }: typeof one) => JSON.parse(lines(text("losses.jsonl"))[0]!).loss as number;
    for (const run of [one, other, second]) expect(first(run)).toBeCloseTo(Math.log(8), 12);
    expect(second.text("losses.jsonl")).not.toBe(one.text("losses.jsonl"));
  });

  test("stops on SIGTERM, goes on from resume/ and ends with the same bytes", async () => {
    const whole = await trained();
    const out = temporaryFolder();
    const child = start(out, { STAND_IN_SECONDS: "20" });
    const end = ended(child);
    await expect
      .poll(
        () =>
          existsSync(join(out, "losses.jsonl")) &&
          lines(readFileSync(join(out, "losses.jsonl"), "utf8")).length,
      )
      .toBeGreaterThan(3);
    child.kill("SIGTERM");
    expect(await end).toMatchObject({ code: 143 });
    expect(existsSync(join(out, "outcomes.csv"))).toBe(false);
    const next = temporaryFolder();
    cpSync(join(out, "resume"), join(next, "resume"), { recursive: true });
    expect(await ended(start(next, {}))).toMatchObject({ code: 0 });
    for (const name of ["outcomes.csv", "losses.jsonl", "adapter/adapter_model.safetensors"])
      expect(readFileSync(join(next, name)).equals(readFileSync(join(whole.out, name))), name).toBe(true);
  });

  test.each([
    { fault: "crash", code: 1, says: "told to crash" },
    { fault: "crash-once", code: 1, says: "told to crash" },
    { fault: "diverge", code: 3, says: "not finite" },
    { fault: "out-of-memory", code: 4, says: "CUDA out of memory" },
  ])("ends with $code and no outcomes where it is told to $fault", async ({ fault, code, says }) => {
    const { out, ...end } = await trained({ STAND_IN_FAULT: fault });
    expect(end).toMatchObject({ code, stderr: expect.stringContaining(says) });
    expect(existsSync(join(out, "outcomes.csv"))).toBe(false);
  });

  test("crash-once goes on from what it has saved, crash does not get past it", async () => {
    for (const [fault, code] of [
      ["crash-once", 0],
      ["crash", 1],
    ] as const) {
      const { out } = await trained({ STAND_IN_FAULT: fault });
      expect(await ended(start(out, { STAND_IN_FAULT: fault })), fault).toMatchObject({ code });
    }
  });

  test("goes wrong in the trials that are named, and in no other", async () => {
    const settings = { STAND_IN_FAULT: "diverge", STAND_IN_TRIALS: "r4-s2,r8-s1" };
    const [wrong, right] = await Promise.all([
      trained({ ...settings, LORANK_RANK: "4", LORANK_SEED: "2" }),
      trained({ ...settings, LORANK_RANK: "4", LORANK_SEED: "1" }),
    ]);
    expect([wrong.code, right.code]).toEqual([3, 0]);
  });

  test("writes bad outcomes as it is told", async () => {
    const faults = ["duplicate", "nan", "other-examples", "no-outcomes"];
    const runs = await Promise.all(faults.map((fault) => trained({ STAND_IN_FAULT: fault })));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const [duplicate, nan, other, none] = runs;
    expect(column(duplicate!.text("outcomes.csv"), 0).slice(0, 2)).toEqual(["validation-0", "validation-0"]);
    expect(column(nan!.text("outcomes.csv"), 2)[1]).toBe("NaN");
    expect(column(other!.text("outcomes.csv"), 0)[0]).toBe("test-0");
    expect(existsSync(join(none!.out, "outcomes.csv"))).toBe(false);
  });
});

test("its sweep is judged, by a grid and by cuts of its adapters", async () => {
  const folder = temporaryFolder();
  for (const name of ["train.mjs", "evaluate.mjs", "task.mjs", "sweep.yaml"])
    copyFileSync(join(recipe, name), join(folder, name));
  const settings = ["--ranks", "1,4", "--seeds", "2", "--json", "--quiet"];
  const run = (...more: string[]) => cli(["sweep", "sweep.yaml", ...settings, ...more], { cwd: folder });
  const grid = await run("--out", "grid");
  expect(grid).toMatchObject({ code: 0 });
  const { ranks } = JSON.parse(grid.stdout) as { ranks: { rank: number; summary: { accuracy: number } }[] };
  expect(ranks.map(({ rank }) => rank)).toEqual([1, 4]);
  // The task has rank 4.
  expect(ranks[0]!.summary.accuracy).toBeLessThan(0.6);
  expect(ranks[1]!.summary.accuracy).toBeGreaterThan(0.9);
  expect(await run("--out", "probe", "--method", "probe")).toMatchObject({ code: 0 });
  const { truncations } = JSON.parse(readFileSync(join(folder, "probe", "results.json"), "utf8")) as {
    truncations: { rank: number; seed: number }[];
  };
  // What is cut is evaluated by evaluate.mjs.
  expect(truncations.map(({ rank, seed }) => `r${rank}-s${seed}`).toSorted()).toEqual(["r1-s1", "r1-s2"]);
});
