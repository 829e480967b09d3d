import { closeSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFile } from "../../src/files/descriptor.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

test("a file is opened for reading, with its size", () => {
  const path = join(temporaryFolder(), "five");
  writeFileSync(path, "12345");
  const { descriptor, size } = openFile(path);
  const bytes = new Uint8Array(size);
  expect(readSync(descriptor, bytes, 0, size, 0)).toBe(5);
  expect(Buffer.from(bytes).toString()).toBe("12345");
  closeSync(descriptor);
});

test("a folder and what is not there are errors that name the path", () => {
  const folder = temporaryFolder();
  expect(() => openFile(folder)).toThrow(`${folder} must be a file, got a folder or device`);
  const missing = join(folder, "missing");
  expect(() => openFile(missing)).toThrow(`${missing} must be a readable file, got ENOENT`);
});
