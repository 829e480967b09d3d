import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFile } from "../../src/files/descriptor.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

test("a file is opened for reading, with its size", () => {
  const path = join(temporaryFolder(), "five");
  writeFileSync(path, "12345");
  const file = openFile(path);
  expect(file).toMatchObject({ path, byteLength: 5 });
  expect(Buffer.from(file.read(1, 3)).toString()).toBe("234");
  expect(Buffer.from(file.read(3, 9)).toString()).toBe("45"); // all that there is
  file.close();
  file.close();
  expect(() => file.read(0, 1)).toThrow(`${path} is closed`);
});

test("a folder and what is not there are errors that name the path", () => {
  const folder = temporaryFolder();
  expect(() => openFile(folder)).toThrow(`${folder} must be a file, got a folder or device`);
  const missing = join(folder, "missing");
  expect(() => openFile(missing)).toThrow(`${missing} must be a readable file, got ENOENT`);
});
