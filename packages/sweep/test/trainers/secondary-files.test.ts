import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { prepareCommand } from "../../src/prepare/prepare-command.ts";
import { runCommandTrial } from "../../src/trainers/command-trial.ts";
import { secondaryFrom } from "../../src/trainers/secondary-files.ts";
import { commandExample, writesOutcomes } from "../helpers/command-example.ts";
import { temporaryFolder } from "../helpers/example.ts";

const names = ["forgetting"];

function place() {
  const references = temporaryFolder();
  return (content: string, file = "outcomes.forgetting.csv") => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, file), content);
    return secondaryFrom(folder, { names, reference: (name) => join(references, `${name}.json`) });
  };
}

describe("secondaryFrom", () => {
  test("has the values by example, in the first run's order, from either format", async () => {
    const read = place();
    const inOrder = [{ name: "forgetting", values: [0.5, -0.25, 2] }];
    expect(await read("example,value\n10,2\n9,-0.25\n1,0.5\n")).toEqual(inOrder);
    expect(await read("value,example\n0.5,1\n2,10\n-0.25,9\n")).toEqual(inOrder);
    const lines = '{"example": "9", "value": 7}\n{"example": 1, "value": 8}\n{"example": "10", "value": 9}\n';
    expect(await read(lines, "outcomes.forgetting.jsonl")).toEqual([
      { name: "forgetting", values: [8, 7, 9] },
    ]);
  });

  test("has one value of a run that is scored as a whole", async () => {
    const read = place();
    expect(await read("value\n12.5\n")).toEqual([{ name: "forgetting", values: [12.5] }]);
    expect(await read("value\n-3\n")).toEqual([{ name: "forgetting", values: [-3] }]);
  });

  test.each([
    ["example,value\na,1\nb,x\n", 'line 3: value must be a number, got "x"'],
    ["example,value\na,1\nb,NaN\n", 'line 3: value must be a number, got "NaN"'],
    ["example,value\na,1\nb,\n", 'line 3: value must be a number, got ""'],
    ["example,value\na,1\na,2\n", "must have each example once, got a again"],
    ["value\n1\n2\n", "must have the columns example and value, got value"],
    ["example,value\n", "must have the columns example and value, got no row"],
  ])("refuses %j", async (content, words) => {
    const wrong = place()(content);
    await expect(wrong).rejects.toMatchObject({
      code: "E_OUTCOMES",
      message: expect.stringContaining(words),
    });
    await expect(wrong).rejects.toThrow("outcomes.forgetting.csv");
  });

  test("refuses another run's examples, and a run without the file", async () => {
    const read = place();
    await read("example,value\na,1\nb,2\n");
    await expect(read("example,value\na,1\nc,2\n")).rejects.toThrow(
      `line 3: example must be one of the other runs', got "c"`,
    );
    await expect(read("", "other.csv")).rejects.toThrow(
      "outcomes.forgetting.csv (or .jsonl) must be there when the command ends with 0",
    );
  });
});

test("a command's trial has its outcomes beside the metric, which its runs share the examples of", async () => {
  const writes = `printf 'example,value\\nt2,0.5\\nt1,0.25\\n' > "$LORANK_OUT/outcomes.forgetting.csv"`;
  const example = commandExample({ train: `${writesOutcomes}; ${writes}`, secondary: names });
  const { evaluation } = await runCommandTrial(
    example.store,
    example.place,
    example.spec,
    example.claim(),
    () => {},
  );
  expect(evaluation).toMatchObject({
    correct: [1, 1, 0],
    secondary: [{ name: "forgetting", values: [0.25, 0.5] }],
  });
  const examples = readFileSync(join(example.store.out, "examples.forgetting.json"), "utf8");
  expect(JSON.parse(examples)).toEqual({ examples: ["t1", "t2"] });
});

describe("the plan", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "train.sh"), "");
  const planOf = (outcomes: Parameters<typeof prepareCommand>[0]["outcomes"]) =>
    prepareCommand({ trainer: { command: ["sh", "train.sh"], folder }, ranks: [2, 4], seeds: 2, outcomes })
      .plan;

  test("names the outcomes and their conditions, and without any is as before", () => {
    const outcomes = [{ name: "forgetting", better: "lower", unit: "nats", limit: 0.05 }] as const;
    expect(planOf(outcomes).summary.secondary).toEqual(outcomes);
    expect(planOf(outcomes).specs).toEqual(planOf(undefined).specs);
    expect(planOf(undefined).summary).not.toHaveProperty("secondary");
    expect(planOf(undefined).config).not.toHaveProperty("secondary");
  });

  test.each([
    [[], "outcomes must be one or more outcomes with different names"],
    [[{ name: "a/b", better: "lower" }], "different names of letters, digits, - and _, got [a/b]"],
    [
      [
        { name: "a", better: "lower" },
        { name: "a", better: "higher" },
      ],
      "got [a, a]",
    ],
    [[{ name: "a", better: "lower", limit: Number.NaN }], "limit of a must be a number, got NaN"],
  ] as const)("refuses %j", (outcomes, words) => {
    expect(() => planOf(outcomes)).toThrow(words);
  });
});
