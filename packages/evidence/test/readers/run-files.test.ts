import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { readOutcomes } from "../../src/readers/read-outcomes.ts";
import { isOutcomes } from "../../src/readers/run-files.ts";
import { fixtures, readRuns } from "../helpers/evaluators.ts";
import { temporaryFolder, writeBelow } from "../helpers/files.ts";

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

const write = (path: string, text?: string): string => writeBelow(root, path, text);

describe("plain outcomes of one run a file", () => {
  const rows = (values: readonly number[]) =>
    ["example,correct", ...values.map((value, i) => `e${i},${value}`)].join("\n");
  const runs = async (path: string, ...more: string[]) =>
    (await readOutcomes([path, ...more].map((one) => join(root, one)))).cells.map(
      ({ rank, seed, correct }) => [...[rank, seed], ...Array.from(correct)],
    );

  beforeEach(() => {
    write("runs/r4-s1/outcomes.csv", rows([1, 0, 1]));
    write("runs/r4-s2/outcomes.csv", rows([1, 0, 0]));
    write("runs/r8-s1/outcomes.csv", rows([1, 1, 1]));
    write("runs/r8-s1/notes.txt", "no outcomes");
    write("runs/r8-s1/train.csv", "text,label");
  });

  test("have rank and seed from the path", async () => {
    const expected = [
      [4, 1, 1, 0, 1],
      [4, 2, 1, 0, 0],
      [8, 1, 1, 1, 1],
    ];
    expect(await runs("runs/r{rank}-s{seed}")).toEqual(expected);
    expect(await runs("runs/r{rank}-s{seed}/outcomes.csv")).toEqual(expected);
    expect(isOutcomes(join(root, "runs/r{rank}-s{seed}"))).toBe(true);
  });

  test("have one seed, 0, where the pattern has none, and the rank from the adapter beside it", async () => {
    expect(await runs("runs/r{rank}-s1")).toEqual([
      [4, 0, 1, 0, 1],
      [8, 0, 1, 1, 1],
    ]);
    write("runs/r4-s1/adapter_config.json", '{"r": 5}');
    write("runs/r8-s1/adapter_config.json", '{"r": 9}');
    expect(await runs("runs/*-s1")).toEqual([
      [5, 0, 1, 0, 1],
      [9, 0, 1, 1, 1],
    ]);
    expect(await runs("runs/r4-s1", "runs/r8-s1")).toEqual(await runs("runs/*-s1"));
  });

  test("may have a seed of their own as a column, and must not contradict the path", async () => {
    write("seeds/r4/outcomes.csv", "seed,example,correct\n7,a,1\n7,b,0\n9,a,1\n9,b,1");
    expect(await runs("seeds/r{rank}")).toEqual([
      [4, 7, 1, 0],
      [4, 9, 1, 1],
    ]);
    write("other/r4-s1.csv", "rank,example,correct\n8,a,1");
    await expect(runs("other/r{rank}-s{seed}.csv")).rejects.toThrow(
      `the outcomes have 1 problem:\n  ${join(root, "other/r4-s1.csv")}, line 2: rank must be 4, that of the path, got 8`,
    );
  });

  test("are refused where a run has two files or none, or its rank is nowhere", async () => {
    write("runs/r8-s1/copy/outcomes.csv", rows([1, 1, 1]));
    await expect(runs("runs/r{rank}-s{seed}")).rejects.toThrow(
      /rank 8, seed 1 must have one file, got .*copy.outcomes.csv and .*r8-s1.outcomes.csv\nName the runs/,
    );
    write("none/r8-s1/notes.txt");
    await expect(runs("none/r{rank}-s{seed}")).rejects.toThrow(
      "r8-s1 must hold an evaluator's file with outcomes, got notes.txt",
    );
    await expect(runs("runs/*-s2")).rejects.toThrow(
      "must have the columns rank, example, correct; rank (or lora_rank, lora_r) missing, got example, correct",
    );
  });

  test("must have the same examples", async () => {
    write("runs/r8-s1/outcomes.csv", rows([1, 1]));
    await expect(runs("runs/r{rank}-s{seed}")).rejects.toThrow(
      'rank 8, seed 1 must have all 3 examples, lacks "e2"',
    );
  });
});

test("two files of one run are refused", async () => {
  const folder = temporaryFolder();
  for (const copy of ["one", "two"])
    cpSync(join(fixtures, "lighteval/r4-s1"), join(folder, "r4-s1", copy), { recursive: true });
  await expect(readRuns(folder, { score: "acc" })).rejects.toThrow(
    /rank 4, seed 1 must have one file, got .*one.*parquet and .*two.*parquet/,
  );
});

test.skipIf(process.platform === "win32")(
  "a pipe or device is refused at once, by its name or by a pattern",
  async () => {
    mkdirSync(join(root, "r4-s1"));
    for (const name of ["pipe", "log.eval", "outcomes.csv", "scores.json"]) {
      const pipe = join(root, "r4-s1", name);
      execFileSync("mkfifo", [pipe]);
      for (const path of [pipe, join(root, "r{rank}-s{seed}", name)])
        await expect(readOutcomes(path), path).rejects.toThrow(
          `${pipe} must be a file, got a pipe or device`,
        );
    }
    await expect(readOutcomes("/dev/zero")).rejects.toMatchObject({ code: "E_DATA" });
    await expect(readOutcomes(join(root, "r{rank}-s{seed}"))).rejects.toMatchObject({ code: "E_OUTCOMES" });
  },
);
