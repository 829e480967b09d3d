import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelAt, openSafetensors, readPeftAdapter } from "@lorank/checkpoint/files";
import { onnxRuntime } from "@lorank/graph/devices";
import { describe, expect, test } from "vitest";
import { adaptedModel } from "../../src/evaluate/adapted-model.ts";
import { evaluateTokenTensors, type TokenTensors } from "../../src/evaluate/token-tensors.ts";
import { largest, largestDifference, peftKey, type Side, tensorName } from "../helpers/parity.ts";
import { tinyConfig, tinyModel } from "../helpers/tiny.ts";

const families = fileURLToPath(new URL("../fixtures/families", import.meta.url));

async function load(name: string, side: Side) {
  const folder = join(families, name);
  const expected = openSafetensors(join(folder, "expected.safetensors"));
  const read = (tensor: string): Int32Array =>
    Int32Array.from(expected.readFloat32(tensorName(side, tensor)));
  const [batch, seq] = expected.tensors.get(tensorName(side, "input_ids"))!.shape;
  const tokens: TokenTensors = {
    shape: [batch!, seq!],
    inputIds: read("input_ids"),
    attentionMask: read("attention_mask"),
    labels: read("labels"),
  };
  const model = adaptedModel({
    model: modelAt(folder),
    adapter: readPeftAdapter(join(folder, "adapter")),
    runtime: await onnxRuntime(),
  });
  return { expected, tokens, model };
}

describe.each(readdirSync(families))("%s", (name) => {
  test.each<Side>(["right", "left"])(
    "has the loss and gradients of transformers, padded on the %s",
    async (side) => {
      const { expected, tokens, model } = await load(name, side);
      const { loss, gradients, logitsShape } = await evaluateTokenTensors(model, tokens, { gradients: true });
      expect(loss).toBeCloseTo(expected.readFloat32(tensorName(side, "loss"))[0]!, 5);
      expect(logitsShape).toEqual(expected.tensors.get(tensorName(side, "logits"))!.shape);
      const given = new Map(
        [...gradients!].map(([parameter, gradient]) => [
          tensorName(side, `gradient.${peftKey(parameter)}`),
          gradient,
        ]),
      );
      const wanted = [...expected.tensors.keys()].filter((key) =>
        key.startsWith(tensorName(side, "gradient.")),
      );
      expect([...given.keys()].sort()).toEqual(wanted.sort());
      for (const [key, gradient] of given) {
        const values = expected.readFloat32(key);
        expect(largestDifference(gradient, values) / largest(values), key).toBeLessThan(1e-4);
      }
      await model.model.dispose();
    },
  );
});

/** Small, since attention to 2,050 tokens takes 4 million numbers a head. */
const oneHead = { ...tinyConfig, num_hidden_layers: 1, num_attention_heads: 1, num_key_value_heads: 1 };

test.each([
  ["several rows", 5, 700], // two rows at once, and one is left
  ["one row, though it is longer than a pass", 2, 2050],
])("a pass of %s gives each row the logits that it has alone", async (_, rows, seq) => {
  const model = adaptedModel({
    model: modelAt(tinyModel(oneHead, { kind: "causal-lm" })),
    task: "causal-lm",
    runtime: await onnxRuntime(),
  });
  const ids = Int32Array.from({ length: rows * seq }, (_, i) => (i * (1 + Math.floor(i / seq))) % 40);
  const { logits, loss } = await evaluateTokenTensors(model, {
    shape: [rows, seq],
    inputIds: ids,
    labels: ids,
  });
  let losses = 0;
  for (let row = 0; row < rows; row++) {
    const inputIds = ids.slice(row * seq, (row + 1) * seq);
    const alone = await evaluateTokenTensors(model, { shape: [1, seq], inputIds, labels: inputIds });
    const together = logits.slice(row * seq * 40, (row + 1) * seq * 40);
    expect(largestDifference(together, alone.logits), `row ${row}`).toBeLessThan(1e-5);
    losses += alone.loss!;
  }
  expect(loss).toBeCloseTo(losses / rows, 6);
  await model.model.dispose();
});

test("a label counts as a hit where it is the most probable one", async () => {
  const { tokens, model } = await load("gpt2", "right");
  const { logits, logitsShape } = await evaluateTokenTensors(model, tokens);
  const [batch, seq, vocab] = logitsShape as [number, number, number];
  const best = Int32Array.from({ length: batch * seq }, (_, at) => {
    const row = logits.slice(at * vocab, (at + 1) * vocab);
    return row.indexOf(Math.max(...row));
  });
  // Position t tells token t + 1; the first row's second token is told wrongly.
  const labels = best.map((_, i) => (i % seq === 0 ? -100 : best[i - 1]!));
  labels[1] = (labels[1]! + 1) % vocab;
  const isReal = tokens.attentionMask!;
  const counted = labels.map((label, i) => (isReal[i] === 1 ? label : -100));
  const { accuracy, targets } = await evaluateTokenTensors(model, { ...tokens, labels: counted });
  expect(targets).toBe(isReal.reduce((sum, bit) => sum + bit, 0) - batch);
  expect(accuracy).toBeCloseTo((targets - 1) / targets, 10);
  await model.model.dispose();
});

test("tensors that do not fit are refused with everything that is wrong", async () => {
  const { tokens, model } = await load("gpt2", "right");
  const [batch, seq] = tokens.shape;
  const broken = {
    ...tokens,
    inputIds: tokens.inputIds.with(0, 64),
    attentionMask: Int32Array.of(1),
    labels: Int32Array.of(1, 0),
  };
  await expect(evaluateTokenTensors(model, broken)).rejects.toMatchObject({
    code: "E_TENSORS",
    message:
      `input_ids must be from 0 to 63, got 64\nattention_mask must have the shape of input_ids, [${batch}, ${seq}], got 1 elements\n` +
      `labels must have the shape [${batch}, ${seq}] for causal-lm, got 2 elements`,
  });
  const holed = { ...tokens, attentionMask: tokens.attentionMask!.with(1, 0) };
  await expect(evaluateTokenTensors(model, holed)).rejects.toThrow(
    "attention_mask must have one run of ones in each row, got [1011111111] in row 0",
  );
});

test("a base without a head cannot classify, and says what is missing", async () => {
  const options = { model: modelAt(join(families, "minilm")), runtime: await onnxRuntime() };
  expect(() => adaptedModel({ ...options, task: "classification" })).toThrow(
    "must hold a classification head, or the adapter must bring one, got neither score.weight nor",
  );
  expect(() => adaptedModel(options)).toThrow("task must be classification or causal-lm");
  expect(() => adaptedModel({ ...options, task: "causal-lm" })).toThrow(
    "task must be classification for a model of type bert",
  );
});

test("an adapter that brings a part of the head is refused with what is missing", async () => {
  const adapter = readPeftAdapter(join(families, "minilm", "adapter"));
  const options = { model: modelAt(join(families, "minilm")), runtime: await onnxRuntime() };
  const heads = new Map(adapter.heads);
  expect(heads.delete("classifier.bias")).toBe(true);
  expect(() => adaptedModel({ ...options, adapter: { ...adapter, heads } })).toThrow(
    expect.objectContaining({
      code: "E_HEAD",
      message: expect.stringContaining("got none: classifier.bias missing"),
    }),
  );
});

test("an adapter for another model is refused with every layer that does not fit", async () => {
  const adapter = readPeftAdapter(join(families, "qwen2", "adapter"));
  const options = { model: modelAt(join(families, "gpt2")), adapter, runtime: await onnxRuntime() };
  expect(() => adaptedModel(options)).toThrow(
    /the adapter must fit the model:\nthe model has no layer model\.layers\.0\.[\s\S]+and \d+ more/,
  );
});
