import type { TokenizedDataset } from "@lorank/train/data";
import { describe, expect, test } from "vitest";
import { classPriorLoss, splitForSearch } from "../../src/search/search-parts.ts";
import { exampleDataset } from "../helpers/search-example.ts";

const ids = (examples: TokenizedDataset["train"]) => examples.map(({ id }) => id);
const spam = (examples: TokenizedDataset["train"]) =>
  examples.filter((example) => "label" in example && example.label === 1).length;

describe("splitForSearch", () => {
  test("judges by a quarter, trains on half or on all others, each class with its share", () => {
    const { short, long } = splitForSearch(exampleDataset(600));
    expect([short.train.length, short.validation.length]).toEqual([300, 151]);
    expect([long.train.length, long.validation.length]).toEqual([449, 151]);
    // 450 are ham and 150 spam; a quarter of them is 112.5 and 37.5, each rounded
    expect([spam(short.train), spam(long.train), spam(long.validation)]).toEqual([75, 112, 38]);
  });

  test("no validation example has a part in it, and nothing that is judged is trained on", () => {
    const dataset = exampleDataset(40);
    const { short, long } = splitForSearch(dataset);
    const judged = new Set(ids(long.validation));
    expect(ids(short.validation)).toEqual([...judged]);
    expect(ids(long.train).filter((id) => judged.has(id))).toEqual([]);
    expect(
      ids(long.train)
        .concat(...judged)
        .sort(),
    ).toEqual(ids(dataset.train).sort());
    expect(ids(short.train).every((id) => ids(long.train).includes(id))).toBe(true);
  });

  test("is the same each time, and judges by 400 at most", () => {
    expect(splitForSearch(exampleDataset(40))).toEqual(splitForSearch(exampleDataset(40)));
    const { short, long } = splitForSearch(exampleDataset(4000));
    expect([long.validation.length, short.train.length, long.train.length]).toEqual([400, 2000, 3600]);
  });

  test("a class of one example is trained on", () => {
    const { train, ...others } = exampleDataset(40);
    const one = { id: "only", inputIds: [1], label: 2 };
    const task = { kind: "classification", labels: ["ham", "spam", "rare"] } as const;
    const { short } = splitForSearch({ ...others, task, train: [...train, one] });
    expect(ids(short.train)).toContain("only");
  });

  test("instructions are one class", () => {
    const train = Array.from({ length: 16 }, (_, i) => ({
      id: `e${i}`,
      inputIds: [1, 2],
      labels: [-100, 2],
    }));
    const { short, long } = splitForSearch({
      name: "chat",
      task: { kind: "causal-lm" },
      train,
      validation: train.slice(0, 1),
    });
    expect([short.train.length, long.train.length, long.validation.length]).toEqual([8, 12, 4]);
  });
});

describe("classPriorLoss", () => {
  test("is the log loss of the training examples' shares of the classes", () => {
    // 3 of 4 are ham to train on, 15 of 20 to judge by
    expect(classPriorLoss(exampleDataset(40))).toBeCloseTo(
      -(15 * Math.log(0.75) + 5 * Math.log(0.25)) / 20,
      12,
    );
  });

  test("is not known of responses", () => {
    const train = [{ id: "a", inputIds: [1, 2], labels: [-100, 2] }];
    expect(
      classPriorLoss({ name: "chat", task: { kind: "causal-lm" }, train, validation: train }),
    ).toBeUndefined();
  });
});
