import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  filesBelow,
  findRuns,
  isRunPattern,
  patternBelow,
  rankOfAdapter,
  runPlaces,
} from "../../../src/readers/files/run-pattern.ts";
import { temporaryFolder, writeBelow } from "../../helpers/files.ts";

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

const write = (path: string, text?: string): string => writeBelow(root, path, text);

/** The places that a pattern below the folder matches, from there. */
const found = (pattern: string): unknown[] =>
  findRuns(join(root, pattern)).map(({ path, ...run }) => [path.slice(root.length + 1), run]);

describe("patterns of runs", () => {
  beforeEach(() => {
    for (const run of ["r8-s1", "r8-s2", "r16-s1", "r16-sx", "base"]) write(`runs/${run}/log.txt`);
    write("runs/r4-s1.csv");
  });

  test("match folders and files, and read rank and seed from their names", () => {
    expect(found("runs/r{rank}-s{seed}")).toEqual([
      ["runs/r16-s1", { rank: 16, seed: 1 }],
      ["runs/r8-s1", { rank: 8, seed: 1 }],
      ["runs/r8-s2", { rank: 8, seed: 2 }],
    ]);
    expect(found("runs/r{rank}-s{seed}.csv")).toEqual([["runs/r4-s1.csv", { rank: 4, seed: 1 }]]);
  });

  test("may have *, no rank, a rank that stands twice, and characters of regular expressions", () => {
    expect(found("runs/*-s{seed}/")).toHaveLength(3);
    write("again/r8/8+s1(a)/x.txt");
    write("again/r8/4+s1(a)/x.txt");
    expect(found("again/r{rank}/{rank}+s{seed}(a)/*.txt")).toEqual([
      ["again/r8/8+s1(a)/x.txt", { rank: 8, seed: 1 }],
    ]);
    write("twice/8-8");
    write("twice/8-4");
    expect(found("twice/{rank}-{rank}")).toEqual([["twice/8-8", { rank: 8 }]]);
  });

  test("that match nothing name what is there, and other words in braces are refused", () => {
    expect(() => found("runs/rank{rank}")).toThrow(
      `must match files or folders, got base, r16-s1, r16-sx, r4-s1.csv, r8-s1 and r8-s2 in ${join(root, "runs")}`,
    );
    expect(() => found("none/{rank}")).toThrow(`got runs in ${root}`);
    expect(() => found("runs/{rnk}-{seed}")).toThrow(
      "must have no braces but {rank}, {seed} and {arm}, got {rnk}",
    );
  });

  test("are told from paths", () => {
    expect(["a/{rank}", "a/{seed}", "a/*"].map(isRunPattern)).toEqual([true, true, true]);
    expect(["a/{x}", "a"].map(isRunPattern)).toEqual([false, false]);
  });
});

describe("the rank of an adapter", () => {
  test("is that of the folder of the file, or of one between it and the run's, or of one below the run's", () => {
    const file = write("run/eval/deep/samples.jsonl");
    const place = { path: join(root, "run") };
    expect(rankOfAdapter(place, file)).toBeUndefined();
    write("run/checkpoint-9/adapter_config.json", '{"r": 4}');
    expect(rankOfAdapter(place, file)).toBe(4);
    write("run/eval/adapter_config.json", '{"r": 8}');
    expect(rankOfAdapter(place, file)).toBe(8);
    expect(rankOfAdapter({ path: file }, file)).toBeUndefined();
  });

  test("must be one number, the same in all adapters of a run", () => {
    const file = write("run/samples.jsonl");
    const place = { path: join(root, "run") };
    write("run/a/adapter_config.json", '{"r": 4}');
    write("run/b/adapter_config.json", '{"r": 8}');
    expect(() => rankOfAdapter(place, file)).toThrow("must have adapters of one rank below it, got 4 and 8");
    for (const text of ["{}", '{"r": 0}', "null", '{"r": "8"}']) {
      write("run/adapter_config.json", text);
      expect(() => rankOfAdapter(place, file)).toThrow("must have a rank r of at least 1, got");
    }
  });
});

test("files below a folder are listed by name, without those of packages; what is not there is listed itself", () => {
  for (const file of ["b/c", "b/a", "node_modules/x/y", ".git/z"]) write(`f/${file}`);
  expect(filesBelow(join(root, "f"))).toEqual([join(root, "f/b/a"), join(root, "f/b/c")]);
  expect(filesBelow(join(root, "absent.csv"))).toEqual([join(root, "absent.csv")]);
});

test.each([
  [["a/r4_seed1.csv", "a/r16_seed1.csv", "a/notes.txt"], "a/r{rank}_seed{seed}.csv"],
  [["a/lora-rank4/seed 1/model/x.json", "a/lora-rank8/seed 1/model/x.json"], "a/lora-rank{rank}/seed {seed}"],
  [["a/r4-s1/step100/x.json", "a/r4-s2/step100/x.json"], "a/r{rank}-s{seed}"],
  [["a/r4-s1.csv"], undefined], // one run alone
  [["a/user4-class1.csv", "a/user8-class1.csv"], undefined],
])("a pattern is suggested for %j: %s", (files, pattern) => {
  for (const file of files) write(file);
  expect(patternBelow([join(root, "a")])).toBe(pattern && join(root, pattern));
});

test("a pattern of files that are named is theirs, up to their names", () => {
  const suggested = (...files: string[]) => {
    for (const file of files) write(file);
    return patternBelow(
      files.map((file) => join(root, file)),
      true,
    )?.slice(root.length + 1);
  };
  write("r1-s1/a/r2_s1.csv");
  write("r1-s1/a/r2_s2.csv");
  expect(suggested("r1-s1/b/r4_s1.csv", "r1-s1/b/r16_s1.csv")).toBe("r1-s1/b/r{rank}_s{seed}.csv");
  expect(suggested("c/r4-s1/eval/p.json", "c/r8-s1/eval/p.json")).toBe("c/r{rank}-s{seed}/eval/p.json");
  expect(suggested("d/r4-s1/one.json", "d/r8-s1/two.json")).toBeUndefined();
});

test("places of several paths have a run each, by the pattern or by the adapter beside them; a path alone has none", () => {
  const config = (rank: number) => JSON.stringify({ r: rank });
  for (const [run, rank] of [
    ["a-s1", 4],
    ["b-s2", 8],
  ] as const) {
    write(`runs/${run}/answers.jsonl`);
    write(`runs/${run}/adapter_config.json`, config(rank));
  }
  const placesOf = (...paths: string[]) =>
    runPlaces(paths.map((path) => join(root, path))).map(({ path, ...run }) => [
      path.slice(root.length + 1),
      run,
    ]);
  expect(placesOf("runs/*-s{seed}/answers.jsonl")).toEqual([
    ["runs/a-s1/answers.jsonl", { rank: 4, seed: 1 }],
    ["runs/b-s2/answers.jsonl", { rank: 8, seed: 2 }],
  ]);
  expect(placesOf("runs/a-s1/answers.jsonl", "runs/b-s2/answers.jsonl")).toEqual([
    ["runs/a-s1/answers.jsonl", { rank: 4 }],
    ["runs/b-s2/answers.jsonl", { rank: 8 }],
  ]);
  expect(placesOf("runs/a-s1/answers.jsonl")).toEqual([["runs/a-s1/answers.jsonl", {}]]);
});
