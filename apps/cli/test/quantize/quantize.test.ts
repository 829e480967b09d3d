import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { modelConfig, modelWeights } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { dequantize4bit, errorFigures } from "@lorank/quant";
import { quantizedNames, readQuantized } from "@lorank/quant/checkpoint";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { cliHere } from "../here.ts";
import { writeTinyModel } from "../tiny-model.ts";

const folder = temporaryFolder();
const inFolder = { cwd: folder };
writeTinyModel(join(folder, "tiny"));

describe("quantize", () => {
  test("writes a 4-bit model beside its tokenizer, and says how far off each layer is", async () => {
    const args = ["quantize", "tiny", "-o", "nf4", "--double-quant", "--keep-layers", "down_proj", "--json"];
    const run = await cliHere(args, inFolder);
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

  test("shows the layers that are furthest off first", async () => {
    const args = ["quantize", "tiny", "-o", "layers", "--layers", "--format", "fp4"];
    const { stdout } = await cliHere(args, inFolder);
    const decibels = [...stdout.matchAll(/([\d.]+) dB$/gm)].map((match) => Number(match[1]));
    expect(decibels).toHaveLength(7);
    expect(decibels).toEqual(decibels.toSorted((a, b) => a - b));
  });

  test("writes what memory counts as a model", async () => {
    await cliHere(["quantize", "tiny", "-o", "again"], inFolder);
    const memory = await cliHere(["memory", "again", "--ranks", "2", "--base", "nf4", "--json"], inFolder);
    expect(memory.code).toBe(0);
    expect(JSON.parse(memory.stdout).model).toMatchObject({ name: "again", modelType: "llama" });
  });
});
