import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { modelAt } from "@lorank/checkpoint/files";
import { expect, test } from "vitest";
import { headOf } from "../../src/base/trial-model.ts";
import { checkWeights, readBaseModel } from "../../src/prepare/prepare-training.ts";
import { tinyConfig, tinyModel } from "../helpers/tiny.ts";

const task = { kind: "classification", labels: ["a", "b"] } as const;
const modelFolder = tinyModel(tinyConfig, task);
const head = (base: ReturnType<typeof readBaseModel>) => base.family.head(headOf(task));

test("a model is named by what it was asked for, or by its folder", () => {
  const asked = { data: [], model: "org/name" };
  expect(readBaseModel(modelAt(modelFolder), asked).model.name).toBe("org/name");
  const own = readBaseModel(modelAt(modelFolder), { ...asked, model: modelFolder });
  expect(own.model).toMatchObject({ name: basename(modelFolder), layers: 2, hiddenSize: 16 });
  expect(own.base).toMatchObject({ kind: "pretrained", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test("a random base is named by its config, and needs no weights", () => {
  const base = readBaseModel(modelAt(modelFolder), { data: [], model: modelFolder, weights: "random" });
  expect(base.base).toMatchObject({ kind: "random", seed: 0, configSha256: expect.any(String) });
  checkWeights(base, head(base));
});

test("weights that are not whole, and models of no known family, are refused", () => {
  const folder = tinyModel(tinyConfig, task);
  const asked = { data: [], model: folder };
  checkWeights(readBaseModel(modelAt(folder), asked), head(readBaseModel(modelAt(folder), asked)));
  writeFileSync(join(folder, "config.json"), JSON.stringify({ ...tinyConfig, num_hidden_layers: 3 }));
  const larger = readBaseModel(modelAt(folder), asked);
  expect(() => checkWeights(larger, head(larger))).toThrow(expect.objectContaining({ code: "E_WEIGHTS" }));
  writeFileSync(join(folder, "config.json"), JSON.stringify({ model_type: "unheard-of" }));
  expect(() => readBaseModel(modelAt(folder), asked)).toThrow(expect.objectContaining({ code: "E_CONFIG" }));
});
