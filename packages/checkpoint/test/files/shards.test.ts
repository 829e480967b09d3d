import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { modelAt, writeSafetensors } from "../../src/files.ts";
import type { Float32Tensor } from "../../src/index.ts";
import { modelDigest, modelWeights, shardFiles } from "../../src/model/model.ts";
import { caught } from "../helpers/caught.ts";

const FIRST = "model-00001-of-00002.safetensors";
const SECOND = "model-00002-of-00002.safetensors";
const vector = (...values: number[]): Float32Tensor => ({
  shape: [values.length],
  data: Float32Array.from(values),
});

function shardedModel(weightMap: unknown = { a: FIRST, b: SECOND, c: FIRST }): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "config.json"), "{}");
  writeSafetensors(
    join(folder, FIRST),
    new Map([
      ["a", vector(1)],
      ["c", vector(3, 3)],
    ]),
  );
  writeSafetensors(join(folder, SECOND), new Map([["b", vector(2)]]));
  const index = { metadata: { total_size: 16 }, weight_map: weightMap };
  writeFileSync(join(folder, "model.safetensors.index.json"), JSON.stringify(index));
  return folder;
}

describe("openModelWeights of a sharded model", () => {
  test("reads each tensor from its shard", () => {
    const weights = modelWeights(modelAt(shardedModel()));
    expect([...weights.tensors.keys()].toSorted()).toEqual(["a", "b", "c"]);
    expect(weights.tensors.get("c")!.shape).toEqual([2]);
    expect([...weights.readFloat32("a"), ...weights.readFloat32("b"), ...weights.readFloat32("c")]).toEqual([
      1, 2, 3, 3,
    ]);
    expect(weights.readBytes("b")).toHaveLength(4);
    expect(caught(() => weights.readFloat32("d")).message).toContain('there is no tensor "d" among its 3');
    weights.close();
    expect(() => weights.readFloat32("b")).toThrow("is closed");
  });

  test("lists the missing shards in one error", () => {
    const folder = shardedModel();
    rmSync(join(folder, SECOND));
    expect(caught(() => modelWeights(modelAt(folder)))).toMatchObject({
      code: "E_MODEL",
      message: `${folder} must hold the 2 shards of model.safetensors.index.json, got all but 1: "${SECOND}"`,
    });
  });

  test("lists the tensors that are not where the index says", () => {
    const folder = shardedModel({ a: SECOND, b: SECOND, ghost: FIRST });
    expect(caught(() => modelWeights(modelAt(folder))).message.split("\n")).toEqual([
      `${folder}:`,
      `tensor "a" must be in "${SECOND}", where model.safetensors.index.json puts it`,
      `tensor "ghost" must be in "${FIRST}", where model.safetensors.index.json puts it`,
    ]);
  });

  test.each([
    ["../x.safetensors"],
    ["/etc/passwd"],
    ["sub/x.safetensors"],
    ["..\\x.safetensors"],
    ["C:x.safetensors"],
    ["\\\\host\\share"],
    [".."],
    [""],
    [3],
  ])("opens nothing outside the folder: %j", (file) => {
    const folder = shardedModel({ a: file });
    expect(caught(() => modelWeights(modelAt(folder))).message).toBe(
      `${join(folder, "model.safetensors.index.json")}:\n` +
        `shard of "a" must be a file name without a folder, got ${typeof file === "string" ? `"${file}"` : file}`,
    );
  });

  test("says when there is no weight map", () => {
    const folder = shardedModel(null);
    expect(caught(() => modelWeights(modelAt(folder))).message).toBe(
      `${join(folder, "model.safetensors.index.json")}: weight_map must be an object, got null`,
    );
  });

  test("gives all descriptors back when a shard is broken", ({ skip }) => {
    if (!existsSync("/proc/self/fd")) skip("needs /proc to count the open files");
    const folder = shardedModel();
    writeFileSync(join(folder, SECOND), "short");
    const before = readdirSync("/proc/self/fd").length;
    expect(caught(() => modelWeights(modelAt(folder))).message).toBe(
      `${join(folder, SECOND)}: must have at least 8 bytes, got 5`,
    );
    expect(readdirSync("/proc/self/fd")).toHaveLength(before);
  });
});

test("the digest of a sharded model depends on every shard and on the index", () => {
  const folder = shardedModel();
  expect(shardFiles(modelAt(folder))).toEqual([FIRST, SECOND]);
  const digests = new Set([modelDigest(modelAt(folder))]);
  writeSafetensors(join(folder, SECOND), new Map([["b", vector(5)]]));
  digests.add(modelDigest(modelAt(folder)));
  writeFileSync(
    join(folder, "model.safetensors.index.json"),
    `{"weight_map":{"a":"${FIRST}","b":"${SECOND}"}}`,
  );
  digests.add(modelDigest(modelAt(folder)));
  expect(digests.size).toBe(3);
});
