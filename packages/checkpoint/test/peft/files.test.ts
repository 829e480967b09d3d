import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { readSafetensors } from "../../src/files/safetensors-file.ts";
import { readPeftAdapter, writePeftAdapter } from "../../src/files.ts";
import {
  parsePeftAdapter,
  peftAdapterBytes,
  peftAdapterFiles,
  portableAdapter,
  safetensorsIn,
} from "../../src/index.ts";
import { smallAdapter } from "../helpers/adapters.ts";
import { caught } from "../helpers/caught.ts";
import { fixture } from "../helpers/fixture.ts";
import { memorySource } from "../helpers/memory-source.ts";

test("the files of an adapter are those that writePeftAdapter writes, the config last", () => {
  const folder = temporaryFolder();
  writePeftAdapter(folder, smallAdapter());
  const files = peftAdapterFiles(smallAdapter());
  expect([...files.keys()]).toEqual(["adapter_model.safetensors", "README.md", "adapter_config.json"]);
  for (const [name, content] of files) {
    expect(readFileSync(join(folder, name)).equals(Buffer.from(content as Uint8Array))).toBe(true);
  }
  expect(files.get("adapter_model.safetensors")).toHaveLength(peftAdapterBytes(smallAdapter()));
});

test("an adapter that PEFT wrote is read from its config's text and its tensors", () => {
  const folder = fixture("peft-classifier");
  const config = readFileSync(join(folder, "adapter_config.json"), "utf8");
  const weights = join(folder, "adapter_model.safetensors");
  const adapter = parsePeftAdapter(config, readSafetensors(weights));
  expect(adapter).toEqual(readPeftAdapter(folder));
  const { tensors } = safetensorsIn(memorySource(readFileSync(weights)));
  expect(tensors.size).toBe(2 * adapter.layers.size + adapter.heads.size);
});

test("the names of classes travel in a file of their own", () => {
  const adapter = smallAdapter({ classNames: ["ham", "spam"] });
  const files = peftAdapterFiles(adapter);
  expect(JSON.parse(String(files.get("id2label.json")))).toEqual({ "0": "ham", "1": "spam" });
  const config = String(files.get("adapter_config.json"));
  const folder = temporaryFolder();
  writePeftAdapter(folder, adapter);
  const tensors = readSafetensors(join(folder, "adapter_model.safetensors"));
  const labels = String(files.get("id2label.json"));
  expect(parsePeftAdapter(config, tensors, labels)).toEqual(readPeftAdapter(folder));
  expect(caught(() => parsePeftAdapter(config, tensors, '{ "0": "ham" }'))).toMatchObject({
    code: "E_PEFT",
    message: expect.stringContaining("id2label.json: class names must be 2 different names"),
  });
});

test("what is wrong is named with the file that it is in", () => {
  expect(caught(() => parsePeftAdapter("{", new Map()))).toMatchObject({
    code: "E_JSON",
    message: expect.stringContaining("adapter_config.json must be JSON"),
  });
  const config = String(peftAdapterFiles(smallAdapter()).get("adapter_config.json"));
  const strange = new Map([["strange", { shape: [1], data: new Float32Array(1) }]]);
  expect(caught(() => parsePeftAdapter(config, strange))).toMatchObject({
    code: "E_PEFT",
    message: expect.stringContaining("adapter_model.safetensors holds tensors that do not fit"),
  });
});

test("what is not finite is no adapter: NaN, and a scaling that takes a factor beyond float32", () => {
  const adapter = smallAdapter();
  const layer = adapter.layers.get("model.layers.0.self_attn.q_proj")!;
  layer.loraA.data[5] = Number.NaN;
  adapter.heads.get("score.weight")!.data[1] = Number.NEGATIVE_INFINITY;
  expect(caught(() => peftAdapterFiles(adapter))).toMatchObject({
    code: "E_PEFT",
    message:
      'loraA of "model.layers.0.self_attn.q_proj" must hold finite numbers, got NaN at element 5\n' +
      'head "score.weight" must hold finite numbers, got -Infinity at element 1',
  });
  const steep = smallAdapter({ layers: new Map([["a.q_proj", { ...layer, alpha: 1e39 }]]) });
  layer.loraA.data[5] = 0;
  expect(caught(() => peftAdapterFiles(portableAdapter(steep)))).toMatchObject({
    message: 'loraB of "a.q_proj" must hold finite numbers, got Infinity at element 2',
  });
});
