import { basename, dirname, isAbsolute, win32 } from "node:path";
import { expect, test } from "vitest";
import { folderAndFile, isAbsolutePath } from "../src/path.ts";

test.each(["/models/tiny", "models/tiny", "tiny", "./tiny", "../tiny", "org/name", "/"])(
  "%s as Node sees it",
  (path) => {
    expect(isAbsolutePath(path)).toBe(isAbsolute(path));
  },
);

test.each(["C:\\models", "c:/models", "\\\\server\\models", "models\\tiny", "C:"])(
  "%s as Node sees it on Windows",
  (path) => {
    expect(isAbsolutePath(path)).toBe(win32.isAbsolute(path));
  },
);

test.each(["/models/tiny.gguf", "models/tiny.gguf", "tiny.gguf", "/tiny.gguf"])(
  "%s in two as Node does it",
  (path) => {
    expect(folderAndFile(path)).toEqual({ folder: dirname(path), file: basename(path) });
  },
);
