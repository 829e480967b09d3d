import { modelAt } from "@lorank/checkpoint/files";
import { modelFolder } from "@lorank/starter";
import { encodeDataset } from "@lorank/train/data";
import { createTokenizer } from "@lorank/train/tokenizer";
import { expect, test } from "vitest";
import { questionsIn } from "../../src/trainers/questions.ts";

test("the texts of prompts and known answers are read from the tokens", () => {
  const { ids } = createTokenizer(modelAt(modelFolder));
  const [prompt, answer] = [[...ids("two and two")], [...ids("four")]];
  const inputIds = [...prompt, ...answer];
  // Each position has the target of the next one; a prompt has none.
  const labels = inputIds.map((_, i) => (i < prompt.length - 1 ? -100 : (inputIds[i + 1] ?? -100)));
  const examples = [{ id: "a", inputIds, labels }];
  const dataset = encodeDataset({
    name: "sums",
    task: { kind: "causal-lm" },
    train: examples,
    validation: examples,
  });
  expect(questionsIn(dataset, modelFolder)).toEqual([{ prompt: "two and two", reference: "four" }]);
});
