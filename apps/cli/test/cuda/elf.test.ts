import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onnxLibrary } from "@lorank/graph/devices";
import { expect, test } from "vitest";
import { attack, made } from "../../../../scripts/attack/attack.ts";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { neededBy } from "../../src/commands/doctor/cuda-libraries.ts";
import { libraryTargets } from "./attack-targets.ts";
import { elfLibrary } from "./elf-library.ts";

test.skipIf(process.platform !== "linux")(
  "of ONNX Runtime's own library, what readelf -d says (linux only)",
  async () => {
    expect(neededBy((await onnxLibrary()).path)).toEqual([
      ...["libdl.so.2", "librt.so.1", "libpthread.so.0", "libstdc++.so.6", "libm.so.6", "libgcc_s.so.1"],
      ...["libc.so.6", process.arch === "x64" ? "ld-linux-x86-64.so.2" : "ld-linux-aarch64.so.1"],
    ]);
  },
);

test.each<[string, (library: Buffer) => Buffer, string]>([
  [
    "no ELF",
    () => Buffer.from("not a library, but a text that is longer than a header of sixty-four bytes"),
    "must be a 64-bit little-endian ELF library, got the first bytes 6e6f74206120",
  ],
  ["an empty file", () => Buffer.alloc(0), "must be a 64-bit little-endian ELF library, got the first bytes"],
  ["a big-endian one", (library) => changed(library, 5, 2), "must be a 64-bit little-endian ELF library"],
  [
    "one that is cut short",
    (library) => library.subarray(0, 200),
    "must hold its dynamic section, got 200 bytes",
  ],
  [
    "one without a dynamic section",
    (library) => changed(library, 64 + 56, 6),
    "must have a dynamic section, got none",
  ],
  [
    "a name beyond the string table",
    (library) => changed(library, 64 + 2 * 56 + 8, 255),
    "must name the libraries that it needs, got no name at 255",
  ],
])("refuses %s", (_, change, message) => {
  const path = join(temporaryFolder(), "library.so");
  writeFileSync(path, change(elfLibrary(["libcudart.so.13", "libc.so.6"])));
  expect(() => neededBy(path)).toThrow(
    expect.objectContaining({ code: "E_LIBRARY", message: expect.stringContaining(`${path} ${message}`) }),
  );
});

test.each(made(libraryTargets))(
  "a changed $name is refused with a code, or needs libraries that have names",
  async (target) => {
    const { failures, accepted, refused } = await attack(target, { count: "tests", seed: 20_261 });
    expect(failures).toEqual([]);
    expect(Math.min(accepted, refused)).toBeGreaterThan(0);
  },
);

test("reads what it needs of a file, not all", () => {
  const path = join(temporaryFolder(), "library.so");
  const library = elfLibrary(["libcudart.so.13"]);
  writeFileSync(path, Buffer.concat([library, Buffer.alloc(1000)]));
  expect(neededBy(path)).toEqual(["libcudart.so.13"]);
  expect(readFileSync(path).length).toBe(library.length + 1000);
});

function changed(bytes: Buffer, at: number, value: number): Buffer {
  bytes[at] = value;
  return bytes;
}
