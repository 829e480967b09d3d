import { encodeDataset } from "@lorank/train/data";
import { expect, test } from "vitest";
import { validationLabelsOf } from "../../src/plan/validation-labels.ts";

const task = { kind: "classification", labels: ["ham", "spam"] } as const;
const texts = [1, 0, 0, 1, 1].map((label, i) => ({ id: `e${i}`, inputIds: [1, 2], label }));
const dataset = encodeDataset({ name: "mails", task, train: texts.slice(0, 2), validation: texts.slice(2) });

test("the labels are those of the dataset's validation examples, in their order", async () => {
  expect(await validationLabelsOf(task, dataset)).toEqual([0, 1, 1]);
  await expect(validationLabelsOf(task, Buffer.from("{}"))).rejects.toThrow(
    expect.objectContaining({ code: "E_DATASET" }),
  );
});

test("responses have none, and their dataset is not read", async () => {
  const unread = Buffer.from("no dataset of ours");
  expect(await validationLabelsOf({ kind: "causal-lm" }, unread)).toBeUndefined();
});
