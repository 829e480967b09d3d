import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { groupByFile, writeShardIndex } from "../../src/files/model-folder.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const index = "model.safetensors.index.json";

test("groupByFile keeps the base's shards, sorted, and puts what is new into the last", () => {
  const base = temporaryFolder();
  const weightMap = { b: "model-2.safetensors", a: "model-1.safetensors", c: "model-2.safetensors" };
  writeFileSync(join(base, index), JSON.stringify({ weight_map: weightMap }));
  const sources = [
    ["c", "c"],
    ["new", undefined],
    ["renamed", "a"],
  ] as const;
  expect([...groupByFile(base, sources)]).toEqual([
    ["model-1.safetensors", ["renamed"]],
    ["model-2.safetensors", ["c", "new"]],
  ]);
});

test("groupByFile has one file for a base of one, and for a GGUF", () => {
  const base = temporaryFolder();
  writeFileSync(join(base, "model.safetensors"), "");
  for (const each of [base, "there/is/no.gguf"])
    expect([...groupByFile(each, [["a", "a"]])]).toEqual([["model.safetensors", ["a"]]]);
});

test("writeShardIndex says where each tensor is, sorted, and is silent about one file", () => {
  const folder = temporaryFolder();
  writeShardIndex(folder, new Map([["model.safetensors", ["a"]]]), 4);
  expect(() => readFileSync(join(folder, index))).toThrow("ENOENT");
  const files = new Map([
    ["model-1.safetensors", ["b"]],
    ["model-2.safetensors", ["a", "c"]],
  ]);
  writeShardIndex(folder, files, 12);
  expect(readFileSync(join(folder, index), "utf8")).toBe(
    `${JSON.stringify(
      {
        metadata: { total_size: 12 },
        weight_map: { a: "model-2.safetensors", b: "model-1.safetensors", c: "model-2.safetensors" },
      },
      null,
      2,
    )}\n`,
  );
});
