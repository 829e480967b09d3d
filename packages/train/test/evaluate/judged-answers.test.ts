import { fileURLToPath } from "node:url";
import { modelAt } from "@lorank/checkpoint/files";
import { onnxRuntime } from "@lorank/graph/devices";

import { expect, test } from "vitest";
import { questionTexts } from "../../src/data/questions.ts";
import { tokenizeInstructionRows } from "../../src/data/tokenize-instructions.ts";
import { adaptedModel } from "../../src/evaluate/adapted-model.ts";
import { evaluate, evaluateTrial } from "../../src/evaluate/evaluate.ts";
import { generate } from "../../src/generate/generate.ts";
import { createTokenizer } from "../../src/tokenizer/tokenizer.ts";

const source = modelAt(fileURLToPath(new URL("../../../starter/model", import.meta.url)));
const tokenizer = createTokenizer(source);

/** The response is what the model answers itself, or another text. */
async function rows() {
  const { model, family, head } = adaptedModel({
    model: source,
    task: "causal-lm",
    runtime: await onnxRuntime(),
  });
  const instructions = ["one letter", "two letters", "three more letters"].map((prompt, i) => ({
    id: String(i),
    prompt,
    response: "nothing like it",
  }));
  const tokenise = (all: typeof instructions) =>
    tokenizeInstructionRows(all, "validation", { tokenizer, maxLength: 60 }).examples;
  const prompts = tokenise(instructions).map(({ inputIds, labels }) =>
    inputIds.slice(0, labels.findIndex((label) => label >= 0) + 1),
  );
  const own: string[] = [];
  for await (const event of generate({ family, head, model }, prompts, { maxNewTokens: 5, tokenizer }))
    if (event.kind === "answer") own[event.prompt] = event.text;
  const examples = tokenise(
    instructions.map((row, i) => (i === 1 ? { ...row, response: own[1]!.trim() } : row)),
  );
  return { family, model, examples, own };
}

test("a trial's answers are judged against the responses, and the losses stay", async () => {
  const { family, model, examples, own } = await rows();
  const answers = { metric: "equals", maxNewTokens: 5 };
  const evaluation = await evaluateTrial({ answers }, { validation: examples }, { family, model, source });
  expect(evaluation.correct).toEqual([0, 1, 0]);
  expect(evaluation.accuracy).toBeCloseTo(1 / 3);
  expect(evaluation.answers!.map(({ text }) => text)).toEqual(own.map((text) => text.trim()));
  expect(evaluation.answers!.every(({ cut }) => cut === true)).toBe(true);
  const { logLosses, correct } = await evaluate(model, examples, { padId: family.padTokenId });
  expect(evaluation.logLosses).toEqual(logLosses);
  expect(correct).not.toEqual([0, 1, 0]); // shares of tokens
  await model.dispose();
});

test("prompts and references are the texts without special tokens", async () => {
  const { examples, model } = await rows();
  expect(questionTexts(examples, tokenizer)[0]).toEqual({
    prompt: "one letter",
    reference: "nothing like it",
  });
  await model.dispose();
});
