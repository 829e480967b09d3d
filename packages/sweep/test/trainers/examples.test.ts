import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MetricName } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { readExamples } from "../../src/trainers/example-files.ts";
import { evaluationFrom } from "../../src/trainers/examples.ts";
import { temporaryFolder } from "../helpers/example.ts";

const run = { rank: 4, seed: 1 };

/** Reads runs one after the other, each of its rows. */
function place(metric: MetricName = "accuracy") {
  const folder = temporaryFolder();
  const reference = join(folder, "examples.json");
  let files = 0;
  const read = (rows: string[], header = "example,correct", name = `outcomes-${++files}.csv`) => {
    const file = join(folder, name);
    writeFileSync(file, [...(header === "" ? [] : [header]), ...rows].join("\n"));
    return evaluationFrom(file, run, { reference, metric });
  };
  return { folder, reference, read };
}

describe("the first run", () => {
  test("says what the examples are, whole numbers by size and before names", async () => {
    const { reference, read } = place();
    const rows = ["10,0,2,b", "b,1,1,a", "9,1,0,b", "a,0,3,a"];
    expect(await read(rows, "example,correct,logLoss,label")).toEqual({
      accuracy: 0.5,
      correct: [1, 0, 0, 1],
      logLoss: 1.5,
      logLosses: [0, 2, 3, 1],
    });
    expect(readExamples(reference)).toEqual({
      examples: ["9", "10", "a", "b"],
      labels: ["b", "b", "a", "a"],
    });
  });

  test("must have what the sweep compares, or all of it would run in vain", async () => {
    const { folder, reference, read } = place("log-loss");
    await expect(read(["e1,1"])).rejects.toMatchObject({
      code: "E_OUTCOMES",
      message: `${join(folder, "outcomes-1.csv")} must have a logLoss for the metric log-loss, got none`,
    });
    expect(existsSync(reference)).toBe(false);
    expect(await read(["e1,1,2"], "example,correct,logLoss")).toMatchObject({ logLoss: 2 });
  });

  test("with an error in it says nothing", async () => {
    const { reference, read } = place();
    await expect(read(["e1,1", "e1,0"])).rejects.toMatchObject({ code: "E_OUTCOMES" });
    expect(existsSync(reference)).toBe(false);
    expect(readExamples(reference)).toBeUndefined();
  });
});

describe("later runs", () => {
  test("may have their rows in another order, and in another form", async () => {
    const { reference, read } = place();
    await read(["e1,1", "e2,0", "3,1"]);
    const before = readFileSync(reference, "utf8");
    const lines = [
      '{"example":3,"correct":false}',
      '{"example":"e2","correct":true}',
      '{"example":"e1","correct":0.5}',
    ];
    expect(await read(lines, "", "outcomes.jsonl")).toEqual({ accuracy: 0.5, correct: [0, 0.5, 1] });
    expect(readFileSync(reference, "utf8")).toBe(before);
  });

  test("may say the run that they are of, if it is theirs", async () => {
    const { read } = place();
    expect(await read(["4,1,e1,1"], "rank,seed,example,correct")).toMatchObject({ accuracy: 1 });
    await expect(read(["4,1,e1,1", "8,1,e2,1"], "rank,seed,example,correct")).rejects.toThrow(
      "line 3: rank must be 4, that of the trial, got 8",
    );
  });

  test("with examples of their own are refused, by the file and the line", async () => {
    const { folder, reference, read } = place();
    await read(["e1,1", "e2,0", "e3,0"]);
    const advice =
      `All runs must be evaluated on the same examples, which ${reference} has from the first. ` +
      "If that was wrong, delete this file and the results.";
    await expect(read(["e1,1", "e2,0", "e9,0"])).rejects.toMatchObject({
      code: "E_OUTCOMES",
      message: `${join(folder, "outcomes-2.csv")}, line 4: example must be one of the other runs', got "e9"\n${advice}`,
    });
    await expect(read(["e2,1"])).rejects.toThrow(
      `${join(folder, "outcomes-3.csv")} must have all 3 examples of the other runs, lacks "e1" and 1 more\n${advice}`,
    );
    await expect(read(["e2,1", "e3,1"])).rejects.toThrow('lacks "e1"\n');
  });

  test("with other labels, or none where the first has some, are refused", async () => {
    const { read } = place();
    const header = "example,correct,label";
    await read(["e1,1,ham", "e2,0,spam"], header);
    await expect(read(["e2,0,ham", "e1,1,ham"], header)).rejects.toThrow(
      'line 2: label of example "e2" must be "spam", as in the other runs, got "ham"',
    );
    await expect(read(["e1,1", "e2,1"])).rejects.toThrow(
      'line 2: label of example "e1" must be "ham", as in the other runs, got none',
    );
    expect(await read(["e2,1,spam", "e1,1,ham"], header)).toMatchObject({ accuracy: 1 });
  });
});

describe("groups of examples", () => {
  const header = "example,correct,group";

  test("are those of the first run, in the order of its examples; others are refused", async () => {
    const { reference, read } = place();
    await read(["e2,0,thread 2", "e1,1,thread 1", "e3,1,thread 2"], header);
    expect(readExamples(reference)).toEqual({
      examples: ["e1", "e2", "e3"],
      groups: ["thread 1", "thread 2", "thread 2"],
    });
    await expect(read(["e2,0,thread 2", "e1,1,thread 1", "e3,1,thread 1"], header)).rejects.toThrow(
      'line 4: group of example "e3" must be "thread 2", as in the other runs, got "thread 1"',
    );
    await expect(read(["e1,1", "e2,1", "e3,1"])).rejects.toThrow(
      'line 2: group of example "e1" must be "thread 1", as in the other runs, got none',
    );
  });

  test("must be two or more, which the first run is told", async () => {
    const { folder, reference, read } = place();
    await expect(read(["e1,1,all", "e2,0,all"], header)).rejects.toMatchObject({
      code: "E_OUTCOMES",
      message: `${join(folder, "outcomes-1.csv")} must have examples of two or more groups, got 1`,
    });
    expect(existsSync(reference)).toBe(false);
  });
});

describe("rows that are wrong are named together, by their lines", () => {
  test.each([
    [
      ["e1,1", "e2,1", "e1,0"],
      'line 4: rank 4, seed 1, example "e1" must occur once, got it in line 2 already',
    ],
    [
      ["e1,NaN", "e2,1", ",1"],
      'line 2: correct must be between 0 and 1, got "NaN"\n  line 4: example is empty',
    ],
    [["e1"], "line 2: must have 2 cells as the header, got 1"],
  ])("%j", async (rows, message) => {
    await expect(place().read(rows)).rejects.toThrow(message);
  });

  test("a loss that is no number", async () => {
    await expect(place().read(["e1,1,nan"], "example,correct,logLoss")).rejects.toThrow(
      /outcomes-1.csv has 1 problem:\n {2}line 2: logLoss must be .*, got "nan"/,
    );
  });

  test("a column that is missing, and no row at all", async () => {
    await expect(place().read(["e1,1"], "name,correct")).rejects.toThrow(
      "must have the columns example, correct; example (or id, idx, example_id, doc_id) missing, got name, correct",
    );
    await expect(place().read([])).rejects.toThrow("must have a row for each evaluation example, got no row");
  });
});

test("of runs that end at once, exactly one says what the examples are", async () => {
  const { reference, read } = place();
  const ends = await Promise.allSettled([read(["a,1"]), read(["b,1"]), read(["a,0"]), read(["b,0"])]);
  const [winner] = readExamples(reference)!.examples;
  expect(ends.map(({ status }) => status === "fulfilled")).toEqual(
    ["a", "b", "a", "b"].map((example) => example === winner),
  );
});
