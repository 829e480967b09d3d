import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { bytesSource } from "../src/byte-source.ts";
import { modelAt, writeSafetensors } from "../src/files.ts";
import {
  type ModelSource,
  modelConfig,
  modelDigest,
  modelSource,
  modelTokenizer,
  modelWeights,
} from "../src/index.ts";
import { caught } from "./helpers/caught.ts";
import { FAMILY_MODELS, familyModel } from "./helpers/families.ts";

const tensor = (...values: number[]) => ({ shape: [values.length], data: Float32Array.from(values) });

function folderOf(shards: boolean): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "config.json"), '{"model_type":"llama"}');
  writeFileSync(join(folder, "tokenizer.json"), '{"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}');
  if (!shards) {
    writeSafetensors(
      join(folder, "model.safetensors"),
      new Map([
        ["a", tensor(1, 2)],
        ["b", tensor(3)],
      ]),
    );
    return folder;
  }
  const map = { a: "model-1.safetensors", b: "model-2.safetensors" };
  writeSafetensors(join(folder, map.a), new Map([["a", tensor(1, 2)]]));
  writeSafetensors(join(folder, map.b), new Map([["b", tensor(3)]]));
  writeFileSync(join(folder, "model.safetensors.index.json"), JSON.stringify({ weight_map: map }));
  return folder;
}

function inMemory(folder: string): ModelSource {
  const files = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))] as const);
  return modelSource(folder, new Map(files));
}

function contentOf(model: ModelSource) {
  const weights = modelWeights(model);
  const tensors = [...weights.tensors.keys()].map((name) => [name, weights.readFloat32(name)]);
  weights.close();
  return {
    config: modelConfig(model),
    digest: modelDigest(model),
    tensors,
  };
}

describe("a model in memory is that of its path", () => {
  test.each([
    ["in one file", false],
    ["in shards", true],
  ])("%s", (_, shards) => {
    const folder = folderOf(shards);
    expect(contentOf(inMemory(folder))).toEqual(contentOf(modelAt(folder)));
    expect(modelTokenizer(inMemory(folder))).toEqual(modelTokenizer(modelAt(folder)));
  });

  test("in a GGUF", () => {
    const path = familyModel(FAMILY_MODELS[0]!);
    const name = basename(path);
    const model = modelSource(name, new Map([[name, bytesSource(readFileSync(path))]]));
    expect(contentOf(model)).toEqual(contentOf(modelAt(path)));
  });
});

test("files that are missing or cut short are errors that name them", () => {
  const none = modelSource("mine", new Map());
  expect(caught(() => modelConfig(none))).toMatchObject({
    code: "E_FILE",
    message: "mine/config.json must be a readable file, got none of that name",
  });
  expect(caught(() => modelWeights(none)).code).toBe("E_MODEL");
  expect(caught(() => modelTokenizer(none)).code).toBe("E_TOKENIZER");
  const bytes = readFileSync(join(folderOf(false), "model.safetensors"));
  const cut = {
    byteLength: bytes.length,
    read: (at: number, length: number) => bytes.subarray(at, at + length).subarray(0, 30),
  };
  expect(
    caught(() => modelWeights(modelSource("mine", new Map([["model.safetensors", cut]])))),
  ).toMatchObject({
    code: "E_SAFETENSORS",
    message: "mine/model.safetensors: was cut short while it was read, at byte 30",
  });
});
