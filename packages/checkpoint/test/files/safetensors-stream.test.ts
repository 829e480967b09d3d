import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { streamSafetensors } from "../../src/files/safetensors-file.ts";
import { openSafetensors } from "../../src/files.ts";
import { encodeSafetensors } from "../../src/index.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const python = fileURLToPath(new URL("../fixtures/dtypes.safetensors", import.meta.url));

describe("streamSafetensors", () => {
  test("writes the bytes that Python's safetensors writes for tensors of every type", () => {
    const path = join(temporaryFolder(), "x.safetensors");
    const source = openSafetensors(python);
    const shuffled = new Map([...source.tensors].toReversed());
    streamSafetensors(path, shuffled, { format: "np" }, (name) => source.readBytes(name));
    source.close();
    expect(readFileSync(path).equals(readFileSync(python))).toBe(true);
  });

  test("asks for one tensor at a time, in the order of the file", () => {
    const path = join(temporaryFolder(), "x.safetensors");
    const asked: string[] = [];
    const tensors = new Map([
      ["half", { dtype: "F16" as const, shape: [2] }],
      ["b", { dtype: "F32" as const, shape: [1] }],
      ["a", { dtype: "F32" as const, shape: [1] }],
    ]);
    streamSafetensors(path, tensors, {}, (name) => {
      asked.push(name);
      return new Uint8Array(4);
    });
    expect(asked).toEqual(["a", "b", "half"]);
  });

  test("has the bytes of encodeSafetensors for float32 tensors, and does not write over a file", () => {
    const path = join(temporaryFolder(), "x.safetensors");
    const tensors = new Map([["v", { shape: [2], data: Float32Array.of(1, 2) }]]);
    const write = () =>
      streamSafetensors(
        path,
        new Map([["v", { shape: [2], dtype: "F32" as const }]]),
        { format: "pt" },
        () => new Uint8Array(Float32Array.of(1, 2).buffer),
      );
    write();
    expect(new Uint8Array(readFileSync(path))).toEqual(encodeSafetensors(tensors, { format: "pt" }));
    expect(write).toThrow("EEXIST");
  });
});
