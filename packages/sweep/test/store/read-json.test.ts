import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { expect, onTestFinished, test } from "vitest";
import { readJson } from "../../src/store/read-json.ts";

test.each([
  ["EIO", "EIO", "could not be read: EIO: refused, read"],
  ["EMFILE", "EMFILE", "could not be read: EMFILE: refused, read"],
  [
    "EACCES",
    "E_FILE",
    "must be a file that can be read, got EACCES\nGet permission to read it, then run the same again.",
  ],
])("a file that %s keeps from being read is not advised to be deleted", (errno, code, words) => {
  const { openSync } = fs;
  onTestFinished(() => {
    fs.openSync = openSync;
    syncBuiltinESMExports();
  });
  fs.openSync = (() => {
    throw Object.assign(new Error(`${errno}: refused, read`), { code: errno, syscall: "read" });
  }) as typeof openSync;
  syncBuiltinESMExports();
  const read = () => readJson("results/a.json", "Delete results/a.json, then run the same again.");
  expect(read).toThrow(expect.objectContaining({ code, message: `results/a.json ${words}` }));
});
