import { basename, dirname, isAbsolute, win32 } from "node:path";
import { describe, expect, test } from "vitest";
import { folderAndFile, isAbsolutePath, isSafePath } from "../src/path.ts";

describe("paths", () => {
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
});

describe("safe paths", () => {
  describe("isSafePath", () => {
    test.each([
      "config.json",
      "1_Pooling/config.json",
      ".gitattributes",
      "a b.gguf",
      "模型.gguf",
      "console.json",
    ])("allows %s", (name) => {
      expect(isSafePath(name)).toBe(true);
    });

    test.each([
      ["a way up", "../x"],
      ["a way up within", "a/../../x"],
      ["a way up, Windows", "a\\..\\..\\x"],
      ["the folder itself", "./x"],
      ["an absolute path", "/etc/passwd"],
      ["a drive", "C:/x"],
      ["a path relative to a drive", "C:x"],
      ["a drive further down", "a/D:x"],
      ["a share", "\\\\host\\share\\x"],
      ["a share with slashes", "//host/share/x"],
      ["an alternate stream", "config.json:stream"],
      ["a zero byte", "a\0b"],
      ["a line feed", "a\nb"],
      ["an escape", "a\u001b[2Jb"],
      ["text that runs backwards", "a\u202eb"],
      ["half a surrogate pair", "a\ud800b"],
      ["a device", "nul"],
      ["a device with an ending", "a/COM1.json"],
      ["a dot that Windows drops", "config.json."],
      ["a space that Windows drops", "a /b"],
      ["a wildcard", "*.json"],
      ["nothing", ""],
      ["a trailing slash", "a/"],
      ["a name without end", `${"a/".repeat(600)}a`],
    ])("rejects %s", (_, name) => {
      expect(isSafePath(name)).toBe(false);
    });
  });
});
