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

describe("copies of weights", () => {
  const steps = 64; // 32 at 64 places, 6 of them with copies, and the others at 128
  const quantization = { format: "nf4", blockSize: 64, doubleQuant: true } as const;

  /** Logits of each step, and the weights that its runs are fed. */
  async function run(copiedBytes: number | undefined, in4bit: boolean, bindsConstants = false) {
    const fed: string[][] = [];
    const spied: Runtime = {
      ...runtime,
      bindsConstants,
      compile: async (program, options) => {
        const executable = await runtime.compile(program, options);
        return {
          ...executable,
          run: (feeds, into) => {
            fed.at(-1)?.push(...Object.keys(feeds).filter((name) => name.includes("weight")));
            return executable.run(feeds, into);
          },
        };
      },
    };
    const { model } = adaptedModel({
      model: modelAt(`${families}llama3-rope`),
      adapter: readPeftAdapter(`${families}llama3-rope/adapter`),
      runtime: spied,
      ...(in4bit ? { quantization } : {}),
    });
    const decoder = new Decoder(model.options, 2, copiedBytes);
    const logits: Float32Array[] = [];
    await decoder.begin([0, 1], [Array.from({ length: 26 }, (_, i) => i + 3), [5, 9, 11]]);
    for (let step = 0; step < steps; step++) {
      fed.push([]);
      logits.push((await decoder.step([step % 60, 7])).slice());
    }
    await decoder.dispose();
    return { logits, fed: fed.map(({ length }) => length > 0) };
  }

  test.each([false, true])("change no logits but for rounding; 4 bits: %s", async (in4bit) => {
    const without = await run(0, in4bit);
    const kept = await run(undefined, in4bit);
    expect(without.fed).toEqual(without.logits.map(() => true));
    // The 33rd step at one capacity is the first without; 38 fit into 64 places behind 26 tokens.
    expect(kept.fed).toEqual(kept.logits.map((_, step) => step < 32 || step >= 38));
    kept.logits.forEach((own, step) => {
      expect(largestDifference(own, without.logits[step]!), `step ${step}`).toBeLessThan(1e-5);
    });
  });

  test("are as many as the limit allows", async () => {
    expect((await run(1, false)).fed).toEqual(Array.from({ length: steps }, () => true));
  });

  test("are bound from the first step on where inputs travel", async () => {
    expect((await run(0, false, true)).fed).toEqual(Array.from({ length: steps }, () => false));
  });
});
