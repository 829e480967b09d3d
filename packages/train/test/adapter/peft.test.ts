import { relative, resolve } from "node:path";
import { modelAt } from "@lorank/checkpoint/files";
import type { BaseWeights, Task } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { toPeftAdapter } from "../../src/adapter/peft.ts";
import { loadBase } from "../../src/base/base.ts";
import { headOf } from "../../src/base/trial-model.ts";
import { tinyTrial } from "../helpers/tiny.ts";

const { spec, folder } = tinyTrial();
const { lora } = spec;
const trained = new Map();
const task: Task = { kind: "classification", labels: ["late", "early"] };
const { head } = loadBase(spec.base, modelAt(folder), headOf(task));

describe("toPeftAdapter", () => {
  test.each<[string, BaseWeights, string]>([
    ["a folder, by its absolute path", { kind: "pretrained", name: "tiny", sha256: "0" }, resolve(folder)],
    [
      "a model on the hub, by its id",
      { kind: "pretrained", name: "org/tiny@v1", sha256: "0" },
      "org/tiny@v1",
    ],
    ["a random one, which is nowhere", { ...spec.base, kind: "random", name: "org/tiny" } as BaseWeights, ""],
  ])("names as the base %s", (_, base, baseModel) => {
    const { place: modelPath = "" } = modelAt(relative(process.cwd(), folder));
    const adapter = toPeftAdapter({ head, spec: { base, lora, task }, modelPath, trained });
    expect(adapter.baseModel).toBe(baseModel);
  });

  test("names the classes of a classifier, in the order of the task, and none of a language model", () => {
    const named = (kind: Task) =>
      toPeftAdapter({ head, spec: { ...spec, task: kind }, modelPath: folder, trained }).classNames;
    expect(named(task)).toEqual(["late", "early"]);
    expect(named({ kind: "causal-lm" })).toBeUndefined();
  });
});
