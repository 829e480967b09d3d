import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelFolder } from "@lorank/starter";
import { headOf } from "@lorank/train/engine";
import { expect, test } from "vitest";
import { checkWeights, readBaseModel } from "../../src/prepare/base-model.ts";
import { temporaryFolder } from "../helpers/example.ts";

const head = (base: ReturnType<typeof readBaseModel>) =>
  base.family.head(headOf({ kind: "classification", labels: ["a", "b"] }));

test("a model is named by what it was asked for, or by its folder", () => {
  const asked = { data: [], model: "org/name" };
  expect(readBaseModel(modelFolder, asked).model.name).toBe("org/name");
  const own = readBaseModel(modelFolder, { ...asked, model: modelFolder });
  expect(own.model).toMatchObject({ name: "model", layers: 4, hiddenSize: 192 });
  expect(own.base).toMatchObject({ kind: "pretrained", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test("a random base is named by its config, and needs no weights", () => {
  const base = readBaseModel(modelFolder, { data: [], model: modelFolder, weights: "random" });
  expect(base.base).toMatchObject({ kind: "random", seed: 0, configSha256: expect.any(String) });
  checkWeights(base, head(base));
});

test("weights that are not whole are refused", () => {
  const folder = join(temporaryFolder(), "model");
  cpSync(modelFolder, folder, { recursive: true });
  const config = join(folder, "config.json");
  const base = readBaseModel(folder, { data: [], model: folder });
  checkWeights(base, head(base));
  writeFileSync(config, JSON.stringify({ model_type: "unheard-of" }));
  expect(() => readBaseModel(folder, { data: [], model: folder })).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^E_/) }),
  );
});
