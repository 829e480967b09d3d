import { fileURLToPath } from "node:url";
import { modelAt } from "@lorank/checkpoint/files";
import { onnxRuntime } from "@lorank/graph/devices";
import { expect, test } from "vitest";
import { readBase } from "../../src/base/base.ts";
import { untrainedAdapter } from "../../src/base/initial-weights.ts";
import { tokenizeTextRows } from "../../src/data/tokenize-classification.ts";
import { tokenizeInstructionRows } from "../../src/data/tokenize-instructions.ts";
import { type AdaptedModel, adaptedModel } from "../../src/evaluate/adapted-model.ts";
import { evaluate } from "../../src/evaluate/evaluate.ts";
import { evaluateTexts } from "../../src/evaluate/evaluate-texts.ts";
import { createTokenizer } from "../../src/tokenizer/tokenizer.ts";
import { Transformer } from "../../src/transformer/transformer.ts";

const source = modelAt(fileURLToPath(new URL("../../../starter/model", import.meta.url)));
const tokenizer = createTokenizer(source);

async function classifier(): Promise<AdaptedModel> {
  const head = { kind: "classification", labels: 2 } as const;
  const runtime = await onnxRuntime();
  const base = readBase(source, head);
  const lora = { rank: 0, alpha: 1, scalingRule: "lora", dropout: 0, targetModules: ["q_proj"] } as const;
  const { parameters: trained } = untrainedAdapter(lora, base, 1);
  const parameters = new Map([...base.weights, ...trained]);
  const model = new Transformer({ family: base.family, head: base.head, runtime, parameters });
  return { source, family: base.family, head, model, compute: "float32", trained };
}

test("texts have the figures of their tokens, with the classes in the order of the head", async () => {
  const loaded = await classifier();
  const rows = ["spam", "ham", "ham"].map((label, i) => ({ id: `t${i}`, label, text: `text ${i} of some` }));
  const labels = ["spam", "ham"];
  const table = { kind: "classification", rows } as const;
  const { ids, evaluation, cut, notes } = await evaluateTexts(loaded, table, {
    maxLength: 4,
    classNames: labels,
    optionName: () => "--max-length",
  });
  const { examples } = tokenizeTextRows(rows, { labels, tokenizer, maxLength: 4 });
  expect(evaluation).toEqual(await evaluate(loaded.model, examples, { padId: loaded.family.padTokenId }));
  expect(ids).toEqual(["t0", "t1", "t2"]);
  expect(cut).toBe(3);
  expect(notes).toEqual([expect.stringMatching(/^3 of 3 texts .*; --max-length \d+ keeps all whole\.$/)]);
  await expect(evaluateTexts(loaded, table, { maxLength: 4, classNames: ["ham"] })).rejects.toMatchObject({
    code: "E_LABELS",
    message: "classNames must have the label of each text, got none for spam",
  });
  await loaded.model.dispose();
});

test("a prompt that leaves no room for its response is left out, and a cache may give the tokens", async () => {
  const loaded = adaptedModel({ model: source, task: "causal-lm", runtime: await onnxRuntime() });
  const rows = [
    { id: "long", prompt: "word ".repeat(40), response: "yes" },
    { id: "short", prompt: "a word", response: "yes" },
  ];
  const asked: unknown[] = [];
  const { ids, evaluation, cut, notes } = await evaluateTexts(
    loaded,
    { kind: "causal-lm", rows },
    {
      maxLength: 16,
      template: "{prompt}: {response}",
      tokenised: (path, inputs, make) => {
        asked.push(path, inputs);
        return make(tokenizer);
      },
    },
  );
  const { examples } = tokenizeInstructionRows(rows, "rows", {
    tokenizer,
    maxLength: 16,
    template: "{prompt}: {response}",
  });
  expect(evaluation).toEqual(await evaluate(loaded.model, examples, { padId: loaded.family.padTokenId }));
  expect([ids, cut]).toEqual([["short"], 1]);
  expect(notes.at(-1)).toBe("Left out 1 example whose prompt alone has 16 tokens or more.");
  const settings = ["instructions", "{prompt}: {response}"];
  expect(asked).toEqual([source.path, { settings, maxLength: 16, parts: [rows], usesChatTemplate: false }]);
  await loaded.model.dispose();
});
