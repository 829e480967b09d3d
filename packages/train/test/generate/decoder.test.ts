import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { modelAt, openSafetensors, readPeftAdapter } from "@lorank/checkpoint/files";
import type { Runtime } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { beforeAll, describe, expect, test } from "vitest";
import { adaptedModel } from "../../src/evaluate/adapted-model.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { largestDifference } from "../helpers/parity.ts";

const families = fileURLToPath(new URL("../fixtures/families/", import.meta.url));
const cases = readdirSync(families).filter((name) => existsSync(`${families}${name}/generated.safetensors`));

type Source = ReturnType<typeof openSafetensors>;

const integers = (source: Source, name: string): number[] =>
  Array.from(new BigInt64Array(source.readBytes(name).slice().buffer), Number);

/** The prompts of a case, without the pads that transformers needs before them. */
function promptsOf(expected: Source): number[][] {
  const ids = integers(expected, "left.input_ids");
  const mask = integers(expected, "left.attention_mask");
  const [rows, width] = expected.tensors.get("left.input_ids")!.shape as [number, number];
  return Array.from({ length: rows }, (_, row) =>
    ids.slice(row * width, (row + 1) * width).filter((_, i) => mask[row * width + i] === 1),
  );
}

function decoderFor(name: string, runtime: Runtime, rows: number, adapted = true): Decoder {
  const { model } = adaptedModel({
    model: modelAt(`${families}${name}`),
    ...(adapted ? { adapter: readPeftAdapter(`${families}${name}/adapter`) } : { task: "causal-lm" }),
    runtime,
  });
  return new Decoder(model.options, rows);
}

/** The most probable tokens behind each prompt, `[prompts, steps]`, and the logits of each step. */
async function greedy(decoder: Decoder, prompts: readonly (readonly number[])[], steps: number) {
  const rows = prompts.map((_, row) => row);
  let logits = await decoder.begin(rows, prompts);
  const tokens = rows.map((): number[] => []);
  const all: Float32Array[] = [];
  for (let step = 0; step < steps; step++) {
    all.push(logits.slice());
    const width = logits.length / rows.length;
    const chosen = rows.map((row) => {
      const own = logits.subarray(row * width, (row + 1) * width);
      return own.indexOf(own.reduce((most, value) => Math.max(most, value)));
    });
    chosen.forEach((token, row) => {
      tokens[row]!.push(token);
    });
    if (step < steps - 1) logits = await decoder.step(chosen);
  }
  return { tokens, logits: all };
}

let runtime: Runtime;
beforeAll(async () => {
  runtime = await onnxRuntime();
});

describe.each(cases)("%s", (name) => {
  const generated = openSafetensors(`${families}${name}/generated.safetensors`);
  const prompts = promptsOf(openSafetensors(`${families}${name}/expected.safetensors`));
  const [, steps] = generated.tensors.get("base.tokens")!.shape as [number, number];

  test("generates the tokens of transformers + PEFT, with its logits at each step", async () => {
    const decoder = decoderFor(name, runtime, prompts.length);
    const { tokens, logits } = await greedy(decoder, prompts, steps);
    expect(tokens.flat()).toEqual(integers(generated, "adapter.tokens"));
    const wanted = generated.readFloat32("adapter.logits");
    const vocab = wanted.length / steps;
    logits.forEach((own, step) => {
      const second = own.subarray(vocab, 2 * vocab);
      const difference = largestDifference(second, wanted.subarray(step * vocab, (step + 1) * vocab));
      expect(difference, `step ${step}`).toBeLessThan(1e-4);
    });
    await decoder.dispose();
  });

  test("generates the base's own tokens without an adapter", async () => {
    const decoder = decoderFor(name, runtime, prompts.length, false);
    const { tokens } = await greedy(decoder, prompts, steps);
    expect(tokens.flat()).toEqual(integers(generated, "base.tokens"));
    await decoder.dispose();
  });
});
