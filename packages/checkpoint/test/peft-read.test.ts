import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type PeftAdapter, readPeftAdapter, writePeftAdapter } from "../src/index.ts";
import { smallAdapter } from "./helpers/adapters.ts";
import { caught } from "./helpers/caught.ts";
import { temporaryFolder } from "./helpers/temporary-folder.ts";

/** Written by PEFT: a tiny Llama classifier, hidden 8, one key/value head of 4, rank 2, rsLoRA. */
const byPeft = fileURLToPath(new URL("fixtures/peft-classifier", import.meta.url));

function withConfig(change: (config: Record<string, unknown>) => void): string {
  const folder = temporaryFolder();
  writePeftAdapter(folder, smallAdapter());
  const path = join(folder, "adapter_config.json");
  const config = JSON.parse(readFileSync(path, "utf8"));
  change(config);
  writeFileSync(path, JSON.stringify(config));
  return folder;
}

describe("readPeftAdapter", () => {
  test("reads what PEFT wrote", () => {
    const { layers, heads, ...facts } = readPeftAdapter(byPeft);
    expect(facts).toEqual({
      rank: 2,
      alpha: 8,
      scalingRule: "rslora",
      dropout: 0.05,
      targetModules: ["q_proj", "v_proj"],
      taskType: "SEQ_CLS",
      baseModel: "tiny-llama",
    });
    const shapes = [...layers].map(([path, { loraA, loraB }]) => [path, loraA.shape, loraB.shape]);
    expect(shapes.toSorted()).toEqual([
      ["model.layers.0.self_attn.q_proj", [2, 8], [8, 2]],
      ["model.layers.0.self_attn.v_proj", [2, 8], [4, 2]],
      ["model.layers.1.self_attn.q_proj", [2, 8], [8, 2]],
      ["model.layers.1.self_attn.v_proj", [2, 8], [4, 2]],
    ]);
    expect([...heads].map(([name, { shape }]) => [name, shape])).toEqual([["score.weight", [2, 8]]]);
  });

  test("written again, PEFT's adapter has the bytes that PEFT gave it, and the fields that both know are equal", () => {
    const folder = temporaryFolder();
    writePeftAdapter(folder, readPeftAdapter(byPeft));
    const bytes = (where: string, file: string) => readFileSync(join(where, file));
    expect(
      bytes(folder, "adapter_model.safetensors").equals(bytes(byPeft, "adapter_model.safetensors")),
    ).toBe(true);
    const ours = JSON.parse(bytes(folder, "adapter_config.json").toString());
    const theirs = JSON.parse(bytes(byPeft, "adapter_config.json").toString());
    theirs.target_modules.sort(); // PEFT writes a set, in any order
    expect(theirs).toMatchObject(ours);
  });

  test.each<[string, Partial<PeftAdapter>]>([
    ["a classifier", {}],
    ["rsLoRA", { scalingRule: "rslora", alpha: 0.5 }],
    ["a causal model without heads", { taskType: "CAUSAL_LM", heads: new Map() }],
    [
      "a head with a bias",
      { heads: new Map([["classifier.bias", { shape: [2], data: Float32Array.of(1, 2) }]]) },
    ],
    ["whole paths as targets", { targetModules: [...smallAdapter().layers.keys()] }],
  ])("gives back %s as it was written", (_, changes) => {
    const folder = temporaryFolder();
    writePeftAdapter(folder, smallAdapter(changes));
    expect(readPeftAdapter(folder)).toEqual(smallAdapter(changes));
  });

  test("names the layers found where target_modules is a regular expression", () => {
    const folder = withConfig((config) => {
      config.target_modules = ".*\\.(q|v)_proj";
    });
    expect(readPeftAdapter(folder).targetModules).toEqual([...smallAdapter().layers.keys()].toSorted());
  });

  test("names the config file and each field that is not supported", () => {
    const folder = withConfig((config) => {
      config.use_dora = true;
      config.bias = "lora_only";
    });
    expect(caught(() => readPeftAdapter(folder))).toMatchObject({
      code: "E_PEFT",
      message:
        `${join(folder, "adapter_config.json")}:\nuse_dora must be false (DoRA is not supported), got true\n` +
        'bias must be "none" (a trained bias is not supported), got "lora_only"',
    });
  });

  test("finds tensors of another rank than the config's", () => {
    const folder = withConfig((config) => {
      config.r = 4;
    });
    const { message } = caught(() => readPeftAdapter(folder));
    expect(message).toContain("holds tensors that do not fit (rank 4):");
    expect(message).toContain('q_proj.lora_B.weight" must have shape [out, rank] with rank 4, got [6,2]');
  });

  test("says which file is missing, and what to do with a pickle", () => {
    const folder = withConfig(() => {});
    rmSync(join(folder, "adapter_model.safetensors"));
    expect(caught(() => readPeftAdapter(folder)).message).toBe(
      `${join(folder, "adapter_model.safetensors")} must be a readable file, got ENOENT`,
    );
    writeFileSync(join(folder, "adapter_model.bin"), "");
    expect(caught(() => readPeftAdapter(folder)).message).toBe(
      `${folder} must hold adapter_model.safetensors, got adapter_model.bin\n` +
        "That is a pickle, which is never read: convert it to safetensors.",
    );
    rmSync(join(folder, "adapter_config.json"));
    expect(caught(() => readPeftAdapter(folder)).code).toBe("E_FILE");
  });
});
