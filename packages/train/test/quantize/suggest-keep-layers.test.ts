import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onnxRuntime } from "@lorank/graph";
import { describe, expect, onTestFinished, test } from "vitest";
import { quantizeModel, suggestKeepLayers } from "../../src/index.ts";

const packages = fileURLToPath(new URL("../../../", import.meta.url));
const model = join(packages, "starter/model");
const gguf = join(packages, "checkpoint/test/fixtures/gguf/families/llama.gguf");
const texts = [
  [5, 9, 12, 30, 7],
  [8, 8, 21],
];

/** Writes the model and returns its bytes. */
function written(options: Omit<Parameters<typeof quantizeModel>[0], "out">): number {
  const folder = mkdtempSync(join(tmpdir(), "lorank-train-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return quantizeModel({ ...options, out: join(folder, "out") }).bytes;
}

describe("suggestKeepLayers", () => {
  test.each([
    ["a folder", { model }, 500_000],
    ["a folder in another type", { model, dtype: "F16" as const, doubleQuant: true }, 500_000],
    ["a GGUF", { model: gguf }, 4000],
  ])("of %s: what it foretells is what is written, and the budget is kept", async (_, options, more) => {
    const runtime = await onnxRuntime();
    const all4bit = written(options);
    const budgetBytes = all4bit + more;
    const { plan, errors, keepLayers } = await suggestKeepLayers({ ...options, runtime, texts, budgetBytes });
    expect(plan.kept.length).toBeGreaterThan(0);
    expect(plan.kept.length).toBeLessThan(errors.length);
    const bytes = written({ ...options, keepLayers });
    expect(bytes).toBeLessThanOrEqual(budgetBytes);
    // The quant state of a layer may name a type that is a letter shorter.
    expect(plan.bytes - bytes).toBeGreaterThanOrEqual(0);
    expect(plan.bytes - bytes).toBeLessThanOrEqual(errors.length);
  });

  test("names whole blocks by number, and what was to be kept in any case is kept", async () => {
    const runtime = await onnxRuntime();
    const keepLayers = [1, "0.mlp.down_proj"];
    const budgetBytes = written({ model, keepLayers }) + 28; // a byte a layer, see above
    const { plan, errors, ...rest } = await suggestKeepLayers({
      model,
      runtime,
      texts,
      budgetBytes,
      keepLayers,
    });
    expect(rest.keepLayers).toEqual(["0.mlp.down_proj", 1]);
    expect(plan.kept).toEqual([]);
    expect(errors).toHaveLength(28);
  });

  test("refuses a budget that no quantisation meets, and one that needs none", async () => {
    const runtime = await onnxRuntime();
    for (const [budgetBytes, rule] of [
      [1000, "at least the 40"],
      [9_640_704, "below the 9640704 bytes of the model as it is"],
    ] as const)
      await expect(suggestKeepLayers({ model, runtime, texts, budgetBytes })).rejects.toMatchObject({
        code: "E_BUDGET",
        message: expect.stringContaining(`budget must be ${rule}`),
      });
  });
});
