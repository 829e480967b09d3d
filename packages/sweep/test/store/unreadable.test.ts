import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { expect, onTestFinished, test } from "vitest";
import { readJson } from "../../src/store/store.ts";

test.each(["EIO", "EMFILE", "EACCES"])(
  "a file that %s keeps from being read is not advised to be deleted",
  (code) => {
    const { readFileSync } = fs;
    onTestFinished(() => {
      fs.readFileSync = readFileSync;
      syncBuiltinESMExports();
    });
    fs.readFileSync = (() => {
      throw Object.assign(new Error(`${code}: refused, read`), { code, syscall: "read" });
    }) as typeof readFileSync;
    syncBuiltinESMExports();
    const read = () => readJson("results/a.json", "Delete results/a.json, then run the same again.");
    expect(read).toThrow(
      expect.objectContaining({ code, message: `results/a.json could not be read: ${code}: refused, read` }),
    );
  },
);
