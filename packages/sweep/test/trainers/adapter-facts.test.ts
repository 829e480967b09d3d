import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PeftAdapter } from "@lorank/checkpoint";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import { expect, test } from "vitest";
import { adapterFacts } from "../../src/trainers/command-trial.ts";
import { commandAdapter } from "../helpers/command-example.ts";
import { temporaryFolder } from "../helpers/example.ts";

function folderOf(adapter: PeftAdapter): string {
  const folder = join(temporaryFolder(), "adapter");
  writePeftAdapter(folder, adapter);
  return folder;
}

test("counts the numbers of the matrices, and those of a head besides", () => {
  // A [4, 12] and B [8, 4]
  expect(adapterFacts(folderOf(commandAdapter(4)), 4)).toMatchObject({
    loraParams: 4 * (12 + 8),
    trainableParams: 4 * (12 + 8),
  });
  const heads = new Map([["classifier.weight", { shape: [3, 8], data: new Float32Array(24) }]]);
  const facts = adapterFacts(folderOf({ ...commandAdapter(4), heads }), 4);
  expect(facts).toMatchObject({ loraParams: 80, trainableParams: 104 });
  expect(facts.adapterBytes).toBeGreaterThan(4 * 104);
});

test("knows nothing where no adapter was kept, or only a part of one", () => {
  const folder = temporaryFolder();
  expect(adapterFacts(join(folder, "none"), 4)).toEqual({});
  writeFileSync(join(folder, "adapter_config.json"), "{}");
  expect(adapterFacts(folder, 4)).toEqual({});
});

test("of a pickle, which is never read, the size alone is known", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "adapter_config.json"), '{"r":4}');
  writeFileSync(join(folder, "adapter_model.bin"), "12345");
  expect(adapterFacts(folder, 4)).toEqual({ adapterBytes: 5 });
});

test.each([
  ['{"r":8}', "8"],
  ['{"r":"4"}', '"4"'],
  ["{}", "nothing"],
  ["null", "nothing"],
])("refuses an adapter of another rank than the trial's: %s", (config, got) => {
  const folder = folderOf(commandAdapter(4));
  const file = join(folder, "adapter_config.json");
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, config);
  expect(() => adapterFacts(folder, 4)).toThrow(
    expect.objectContaining({
      code: "E_ADAPTER",
      message: `${file}: r must be 4, the trial's rank, got ${got}`,
    }),
  );
});

test("refuses weights that are no safetensors", () => {
  const folder = folderOf(commandAdapter(4));
  writeFileSync(join(folder, "adapter_model.safetensors"), "x");
  expect(() => adapterFacts(folder, 4)).toThrow("adapter_model.safetensors");
});
