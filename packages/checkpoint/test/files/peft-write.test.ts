import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { openSafetensors, readPeftAdapter, writePeftAdapter } from "../../src/files.ts";
import { peftAdapterBytes, portableAdapter } from "../../src/index.ts";
import type { Shaped } from "../../src/tensor.ts";
import { counting, smallAdapter, withMagnitudes } from "../helpers/adapters.ts";
import { caught } from "../helpers/caught.ts";

describe("writePeftAdapter", () => {
  test("makes the folder and writes its three files: float32, metadata of PyTorch", () => {
    const folder = join(temporaryFolder(), "adapters", "r2");
    writePeftAdapter(folder, smallAdapter());
    expect(readdirSync(folder).toSorted()).toEqual([
      "README.md",
      "adapter_config.json",
      "adapter_model.safetensors",
    ]);
    const file = openSafetensors(join(folder, "adapter_model.safetensors"));
    expect({ ...file.metadata }).toEqual({ format: "pt" });
    expect(new Set([...file.tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set(["F32"]));
    expect(file.tensors.size).toBe(9); // 2 layers * 2 modules * 2 factors + 1 head
    file.close();
  });

  test("writes the same bytes for the same adapter, layers in any order", () => {
    const [one, two] = [temporaryFolder(), temporaryFolder()];
    const adapter = smallAdapter();
    writePeftAdapter(one, adapter);
    writePeftAdapter(two, {
      ...adapter,
      layers: new Map([...adapter.layers].toReversed()),
      targetModules: ["v_proj", "q_proj"],
    });
    for (const file of readdirSync(one)) {
      expect(readFileSync(join(two, file)).equals(readFileSync(join(one, file)))).toBe(true);
    }
  });

  test("writes the class names of a classifier, and takes away those of the adapter before", () => {
    const folder = temporaryFolder();
    writePeftAdapter(folder, smallAdapter({ classNames: ["spam", "ham"] }));
    expect(readFileSync(join(folder, "id2label.json"), "utf8")).toBe('{\n  "0": "spam",\n  "1": "ham"\n}\n');
    const config = readFileSync(join(folder, "adapter_config.json"), "utf8");
    writePeftAdapter(folder, smallAdapter());
    expect(readdirSync(folder)).not.toContain("id2label.json");
    expect(readFileSync(join(folder, "adapter_config.json"), "utf8")).toBe(config); // PEFT knows no names
  });

  test("writes where texts are cut, reads it, and takes away that of the adapter before", () => {
    const folder = temporaryFolder();
    const file = join(folder, "truncation.json");
    writePeftAdapter(folder, smallAdapter({ maxLength: 96 }));
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ max_length: 96, truncation_side: "right" });
    expect(readFileSync(join(folder, "README.md"), "utf8")).toContain("truncation=True, max_length=96");
    const adapter = readPeftAdapter(folder);
    expect(adapter.maxLength).toBe(96);
    expect(portableAdapter(adapter, { keepHeads: true }).maxLength).toBe(96);
    writeFileSync(file, '{"max_length":"96"}');
    expect(() => readPeftAdapter(folder)).toThrow(
      `${file}: max_length must be a positive whole number, got "96"`,
    );
    writePeftAdapter(folder, smallAdapter());
    expect(readdirSync(folder)).not.toContain("truncation.json");
  });

  test("tells in its README how to get a base out of an npm package", () => {
    const folder = temporaryFolder();
    const manifest = { name: "@lorank/starter", version: "1.2.3", files: ["model"] };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    writePeftAdapter(folder, smallAdapter({ baseModel: join(folder, "model") }));
    expect(readFileSync(join(folder, "README.md"), "utf8")).toContain("`npm install @lorank/starter`");
  });

  test("leaves no config behind when new weights cannot be written: the folder does not look whole", () => {
    const folder = temporaryFolder();
    writePeftAdapter(folder, smallAdapter());
    rmSync(join(folder, "adapter_model.safetensors"));
    mkdirSync(join(folder, "adapter_model.safetensors", "in-the-way"), { recursive: true });
    expect(() => writePeftAdapter(folder, smallAdapter({ alpha: 4 }))).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(readdirSync(folder).toSorted()).toEqual(["README.md", "adapter_model.safetensors"]);
  });

  test("lists every part that does not fit and writes nothing", () => {
    const folder = join(temporaryFolder(), "r2");
    const adapter = smallAdapter({
      layers: new Map([
        ["model.q_proj", { loraA: counting(3, 4), loraB: counting(6, 2), alpha: 16 }],
        [
          "model.v_proj",
          { loraA: counting(2, 4), loraB: { shape: [3, 2], data: new Float32Array(5) }, alpha: 0 },
        ],
        [
          "model.k_proj",
          { loraA: counting(2, 4), loraB: counting(3, 2), alpha: 16, magnitude: new Float32Array(3) },
        ],
      ]),
      heads: new Map([["score", counting(2, 4)]]),
      classNames: ["ham", "ham"],
    });
    expect(caught(() => writePeftAdapter(folder, adapter))).toMatchObject({
      code: "E_PEFT",
      message: [
        'loraB of "model.q_proj" must have shape [out, 3], got [6,2] with 12 elements',
        'loraB of "model.v_proj" must have shape [out, 2], got [3,2] with 5 elements',
        'alpha of "model.v_proj" must be a positive number, got 0',
        'layer "model.k_proj" must be among targetModules, got ["q_proj","v_proj"]',
        'magnitude of "model.k_proj" must be absent in LoRA, got 3',
        'head "score" must be named <module>.<parameter>',
        'class names must be 2 different names, one for each output of the head, got ["ham","ham"]',
      ].join("\n"),
    });
    expect(() => statSync(folder)).toThrow("ENOENT");
  });

  test.each([0, -1, 1.5])("refuses rank %d: PEFT knows no such adapter", (rank) => {
    const error = caught(() => writePeftAdapter(temporaryFolder(), smallAdapter({ rank })));
    expect(error).toMatchObject({ code: "E_RANK", message: `rank must be a positive integer, got ${rank}` });
  });

  test("refuses an adapter of no layers", () => {
    const empty = smallAdapter({ layers: new Map() });
    expect(caught(() => writePeftAdapter(temporaryFolder(), empty)).message).toBe("layers must not be empty");
  });
});

describe("peftAdapterBytes", () => {
  test("is the size of PEFT's file for Llama-3.2-3B, q_proj and v_proj, rank 32", () => {
    // 28 layers, hidden 3072, 8 key/value heads of 128: q 3072 -> 3072, v 3072 -> 1024
    const layers = new Map<string, { loraA: Shaped; loraB: Shaped }>();
    for (let layer = 0; layer < 28; layer++) {
      for (const [name, out] of [
        ["q_proj", 3072],
        ["v_proj", 1024],
      ] as const) {
        layers.set(`model.layers.${layer}.self_attn.${name}`, {
          loraA: { shape: [32, 3072] },
          loraB: { shape: [out, 32] },
        });
      }
    }
    const parameters = 28 * 32 * (3072 + 3072 + (3072 + 1024));
    const header = 15_056;
    expect(peftAdapterBytes({ layers, heads: new Map() })).toBe(4 * parameters + header);
  });

  test.each([
    ["LoRA", smallAdapter()],
    ["DoRA", withMagnitudes(smallAdapter())],
  ])("is the size of the file that writePeftAdapter writes (%s)", (_, adapter) => {
    const folder = temporaryFolder();
    writePeftAdapter(folder, adapter);
    expect(statSync(join(folder, "adapter_model.safetensors")).size).toBe(peftAdapterBytes(adapter));
  });

  test("counts DoRA's magnitudes, given as arrays or as shapes", () => {
    const layer = { loraA: { shape: [2, 8] }, loraB: { shape: [6, 2] } };
    const bytes = (magnitude: Float32Array | Shaped) =>
      peftAdapterBytes({ layers: new Map([["q", { ...layer, magnitude }]]), heads: new Map() });
    expect(bytes({ shape: [6] })).toBe(bytes(new Float32Array(6)));
    expect(bytes({ shape: [1006] }) - bytes({ shape: [1000] })).toBe(4 * 6);
  });
});
