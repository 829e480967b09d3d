import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { modelAt } from "../../src/files/model-folder.ts";
import { modelSource } from "../../src/index.ts";
import { modelConfig, modelWeights } from "../../src/model/model.ts";
import { fixture } from "../helpers/fixture.ts";
import { memorySource } from "../helpers/memory-source.ts";
import { rawGguf } from "../helpers/raw-gguf.ts";
import { tinyLlama } from "../helpers/tiny-llama.ts";

describe("a GGUF in memory", () => {
  test.each(readdirSync(fixture("gguf/families")))("gives what the file gives: %s", (name) => {
    const path = fixture(`gguf/families/${name}`);
    const bytes = Uint8Array.from(readFileSync(path));
    const before = bytes.slice();
    const model = modelSource(name, new Map([[name, bytes]]));
    expect(modelConfig(model).config).toEqual(modelConfig(modelAt(path)).config);
    const [read, file] = [modelWeights(model), modelWeights(modelAt(path))];
    expect(read.tensors).toEqual(file.tensors);
    for (const tensor of file.tensors.keys()) {
      expect(read.readFloat32(tensor)).toEqual(file.readFloat32(tensor));
      expect(read.readBytes(tensor)).toEqual(file.readBytes(tensor));
    }
    file.close();
    expect(bytes).toEqual(before); // restoring Gemma's norms writes in place
  });

  test("is read no further than its header and the tensors that are asked for", () => {
    const bytes = rawGguf(tinyLlama({}, { "output.weight": { dimensions: [8, 100_000] } }));
    const source = memorySource(bytes);
    modelWeights(modelSource("tiny.gguf", new Map([["tiny.gguf", source]]))).readFloat32("model.norm.weight");
    expect(source.asked()).toBeLessThan(300_000);
    expect(bytes.length).toBeGreaterThan(3_000_000);
  });
});
