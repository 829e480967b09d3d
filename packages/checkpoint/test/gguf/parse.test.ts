import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { modelAt } from "../../src/files/model-folder.ts";
import { parseGguf } from "../../src/index.ts";
import { modelConfig, modelWeights } from "../../src/model/model.ts";
import { modelTokenizer } from "../../src/model/tokenizer.ts";
import { caught } from "../helpers/caught.ts";
import { fixture } from "../helpers/fixture.ts";
import { memorySource } from "../helpers/memory-source.ts";
import { float32s, ggufFile, rawGguf, texts } from "../helpers/raw-gguf.ts";
import { tinyLlama } from "../helpers/tiny-llama.ts";

describe("parseGguf", () => {
  test.each(readdirSync(fixture("gguf/families")))(
    "gives what the file's own reader gives: %s",
    async (name) => {
      const path = fixture(`gguf/families/${name}`);
      const bytes = Uint8Array.from(readFileSync(path));
      const before = bytes.slice();
      const parsed = await parseGguf(memorySource(bytes), path);
      expect(parsed.config).toEqual(modelConfig(modelAt(path)).config);
      const file = modelWeights(modelAt(path));
      expect(parsed.tensors).toEqual(file.tensors);
      for (const tensor of file.tensors.keys()) {
        expect(await parsed.readFloat32(tensor)).toEqual(file.readFloat32(tensor));
        expect(await parsed.readBytes(tensor)).toEqual(file.readBytes(tensor));
      }
      file.close();
      expect(bytes).toEqual(before); // restoring Gemma's norms writes in place
    },
  );

  test("gives the tokenizer that the file's own reader gives", async () => {
    const vocabulary = Array.from({ length: 30_000 }, (_, i) => `token-${i}`);
    const path = ggufFile(
      tinyLlama({
        "tokenizer.ggml.model": { type: 8, bytes: Buffer.from("\u0005\0\0\0\0\0\0\0llama", "latin1") },
        "tokenizer.ggml.tokens": texts(vocabulary),
        "tokenizer.ggml.scores": float32s(vocabulary.map((_, i) => -i)),
      }),
    );
    const bytes = readFileSync(path);
    const source = memorySource(bytes);
    const { tokenizer } = await parseGguf(source, path);
    expect(bytes.length).toBeGreaterThan(2 ** 19); // more than is fetched at first
    expect(source.asked()).toBeLessThanOrEqual(bytes.length);
    expect(tokenizer()).toEqual(modelTokenizer(modelAt(path)));
  });

  test("fetches a part of a large file and then the tensors that are asked for", async () => {
    const dimensions = [8, 100_000];
    const bytes = rawGguf(tinyLlama({}, { "output.weight": { dimensions } }));
    const source = memorySource(bytes);
    const { readFloat32 } = await parseGguf(source);
    await readFloat32("model.norm.weight");
    expect(source.asked()).toBeLessThan(300_000);
    expect(bytes.length).toBeGreaterThan(3_000_000);
  });

  test.each([0, 3, 30, 200, 500])(
    "is cut short as the file's own reader finds, by %i bytes",
    async (left) => {
      const bytes = rawGguf(tinyLlama()).subarray(0, left);
      const path = ggufFile(bytes);
      const { code, message } = caught(() => modelWeights(modelAt(path)));
      await expect(parseGguf(memorySource(bytes), path)).rejects.toMatchObject({ code, message });
    },
  );
});
