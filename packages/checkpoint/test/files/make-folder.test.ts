import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../../src/files.ts";
import { bundled } from "../helpers/child.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

test("makes the folders that are missing, and leaves one alone that is there", () => {
  const folder = temporaryFolder();
  const path = join(folder, "a", "b");
  makeFolder(path, 0o700);
  expect(statSync(join(folder, "a")).mode & 0o777).toBe(0o700);
  writeFileSync(join(path, "file"), "kept");
  makeFolder(path);
  expect(readFileSync(join(path, "file"), "utf8")).toBe("kept");
});

test("throws the file system's error where a file or a link to nothing is in the way", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "file"), "");
  symlinkSync(join(folder, "nothing"), join(folder, "link"));
  for (const path of ["file", "link"]) expect(() => makeFolder(join(folder, path))).toThrow("EEXIST");
  expect(() => makeFolder(join(folder, "file", "below"))).toThrow("ENOTDIR");
  expect(() => makeFolder(join(folder, "link", "below"))).toThrow("EEXIST");
});

// In a process of its own, which can be killed: `mkdirSync` with `recursive` never returns there.
test.runIf(existsSync("/proc/self"))("gives up where a folder takes no names", () => {
  const args = [bundled("make-folder.ts"), "/proc/none/below"];
  const { stdout, signal } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    timeout: 300_000, // less than this test may take
    killSignal: "SIGKILL",
  });
  expect({ stdout, signal }).toEqual({ stdout: "ENOENT", signal: null });
});
