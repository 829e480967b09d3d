import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelConfig, modelWeights } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { dequantize4bit, errorFigures } from "@lorank/quant";
import { quantizedNames, readQuantized } from "@lorank/quant/checkpoint";
import { afterAll, describe, expect, test } from "vitest";
import { cli, makeFolder } from "./cli.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = { cwd: folder };
writeTinyModel(join(folder, "tiny"));
const rows = ["your invoice is attached", "win a free cruise now", "shall we meet at noon?"].map(
  (text, i) => ({
    text,
    label: i === 1 ? "spam" : "ham",
  }),
);
writeFileSync(join(folder, "texts.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));

describe("quantize", () => {
  test("writes a 4-bit model beside its tokenizer, and says how far off each layer is", async () => {
    const args = ["quantize", "tiny", "-o", "nf4", "--double-quant", "--keep-layers", "down_proj", "--json"];
    const run = await cli(args, inFolder);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
    const document = JSON.parse(run.stdout);
    expect(document).toMatchObject({ format: "nf4", blockSize: 64, doubleQuant: true });
    expect(document.kept).toEqual(["model.layers.0.mlp.down_proj"]);
    const [before, after] = ["tiny", "nf4"].map((name) => modelWeights(modelAt(join(folder, name))));
    expect(document.layers.map(({ path }: { path: string }) => `${path}.weight`).toSorted()).toEqual(
      [...quantizedNames(after!).keys()].toSorted(),
    );
    for (const { path, error } of document.layers) {
      const { quantized } = readQuantized(after!, `${path}.weight`);
      expect(errorFigures(before!.readFloat32(`${path}.weight`), dequantize4bit(quantized))).toEqual(error);
    }
    before!.close();
    after!.close();
    expect(readdirSync(join(folder, "nf4")).toSorted()).toEqual(readdirSync(join(folder, "tiny")).toSorted());
    expect(readFileSync(join(folder, "nf4/tokenizer.json"))).toEqual(
      readFileSync(join(folder, "tiny/tokenizer.json")),
    );
    const { config } = modelConfig(modelAt(join(folder, "nf4")));
    expect(config.quantization_config).toMatchObject({
      bnb_4bit_use_double_quant: true,
      llm_int8_skip_modules: ["lm_head", "score", "layers.0.mlp.down_proj"],
    });
  });

  test("shows a row a kind with their sum, or every layer", async () => {
    const [kinds, layers] = await Promise.all([
      cli(["quantize", "tiny", "-o", "kinds"], inFolder),
      cli(["quantize", "tiny", "-o", "layers", "--layers", "--format", "fp4"], inFolder),
    ]);
    expect(kinds.stdout).toMatch(/^self_attn\.q_proj +1 +256 .* dB$/m);
    expect(kinds.stdout).toMatch(/^all +7 +2\.30 k .* dB$/m);
    expect(kinds.stdout).toMatch(/^7 linear layers in NF4, blocks of 64: \d\.\d{3} bits a weight, /m);
    expect(layers.stdout).toMatch(/^model\.layers\.0\.self_attn\.q_proj +256 .* dB$/m);
    const decibels = [...layers.stdout.matchAll(/([\d.]+) dB$/gm)].map((match) => Number(match[1]));
    expect(decibels).toEqual(decibels.toSorted((a, b) => a - b));
  });

  test("what it writes has a memory estimate, and is no adapter to inspect", async () => {
    await cli(["quantize", "tiny", "-o", "again"], inFolder);
    const memory = await cli(["memory", "again", "--ranks", "2", "--base", "nf4", "--json"], inFolder);
    expect(memory.code).toBe(0);
    expect(JSON.parse(memory.stdout).model).toMatchObject({ name: "again", modelType: "llama" });
    const inspect = await cli(["inspect", "again"], inFolder);
    expect(inspect).toMatchObject({ code: 2, stdout: "" });
    expect(inspect.stderr).toContain("adapter must be a folder with an adapter_config.json");
    const twice = await cli(["quantize", "again", "-o", "new"], inFolder);
    expect(twice).toMatchObject({ code: 2, stdout: "" });
    expect(twice.stderr).toContain("must not be quantised already");
  });

  test.each([
    [["tiny", "-o", "new", "--format", "int8"], '--format must be nf4 or fp4, got "int8"'],
    [["tiny", "-o", "new", "--keep-layers", "9"], "keepLayers must be numbers of blocks, 0 to 0, or names"],
    [["tiny", "-o", "tiny", "--force"], "output folder must not hold what is read, got tiny"],
    [["tiny"], "required option '-o, --out <folder>' not specified"],
  ])("%j: %s", async (args, message) => {
    const run = await cli(["quantize", ...args], inFolder);
    expect(run.stderr).toContain(message);
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 2, stdout: "" });
    expect(existsSync(join(folder, "new"))).toBe(false);
  });
});
