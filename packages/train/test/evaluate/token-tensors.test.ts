import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelAt, openSafetensors, readPeftAdapter } from "@lorank/checkpoint/files";
import { onnxRuntime } from "@lorank/graph/devices";
import { describe, expect, test } from "vitest";
import { adaptedModel } from "../../src/evaluate/adapted-model.ts";
import { evaluateTokenTensors, type TokenTensors } from "../../src/evaluate/token-tensors.ts";
import { largest, largestDifference, peftKey, type Side, tensorName } from "../helpers/parity.ts";

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
      for (const [parameter, gradient] of gradients!) {
        const wanted = expected.readFloat32(tensorName(side, `gradient.${peftKey(parameter)}`));
        expect(largestDifference(gradient, wanted) / largest(wanted), parameter).toBeLessThan(1e-4);
      }
      await model.model.dispose();
    },
  );
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

test("an adapter for another model is refused with every layer that does not fit", async () => {
  const adapter = readPeftAdapter(join(families, "qwen2", "adapter"));
  const options = { model: modelAt(join(families, "gpt2")), adapter, runtime: await onnxRuntime() };
  expect(() => adaptedModel(options)).toThrow(
    /the adapter must fit the model:\nthe model has no layer model\.layers\.0\.[\s\S]+and \d+ more/,
  );
});
