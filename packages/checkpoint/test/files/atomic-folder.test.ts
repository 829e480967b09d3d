import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { WAIT_LIMIT } from "../../../../scripts/wait-limit.ts";
import { checkOutputFolder, makeFolder, writeFolder } from "../../src/disk.ts";
import { ownOwner } from "../../src/files/process.ts";
import { caught } from "../helpers/caught.ts";
import { bundled, startChild } from "../helpers/child.ts";

describe("makeFolder", () => {
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
      timeout: WAIT_LIMIT,
      killSignal: "SIGKILL",
    });
    expect({ stdout, signal }).toEqual({ stdout: "ENOENT", signal: null });
  });
});

describe("writeFolder", () => {
  const fill = (text: string) => (folder: string) => writeFileSync(join(folder, "config.json"), text);

  describe("writeFolder", () => {
    test("makes the folder and those above it, and returns what was returned", () => {
      const parent = temporaryFolder();
      const path = join(parent, "a", "b");
      const result = writeFolder(path, {}, (folder) => {
        fill("new")(folder);
        return 7;
      });
      expect(result).toBe(7);
      expect(readFileSync(join(path, "config.json"), "utf8")).toBe("new");
      expect(readdirSync(join(parent, "a"))).toEqual(["b"]);
      expect(statSync(path).mode).toBe(statSync(join(parent, "a")).mode);
    });

    test("leaves nothing when the work fails, and what was there as it was", () => {
      const parent = temporaryFolder();
      const path = join(parent, "out");
      const fail = (folder: string) => {
        fill("half")(folder);
        expect(existsSync(path)).toBe(false);
        throw new Error("disk full");
      };
      expect(() => writeFolder(path, {}, fail)).toThrow("disk full");
      expect(readdirSync(parent)).toEqual([]);
      writeFolder(path, {}, fill("old"));
      expect(() =>
        writeFolder(path, { force: true }, () => {
          throw new Error("disk full");
        }),
      ).toThrow("disk full");
      expect(readdirSync(parent)).toEqual(["out"]);
      expect(readFileSync(join(path, "config.json"), "utf8")).toBe("old");
    });

    test("fills an empty folder, and replaces a model or an adapter only when forced", () => {
      const parent = temporaryFolder();
      const path = join(parent, "out");
      mkdirSync(path);
      writeFolder(path, {}, fill("one"));
      expect(caught(() => writeFolder(path, {}, fill("two")))).toMatchObject({
        code: "E_OUT",
        message: `output folder must be new or empty, got ${path}, which holds 1 file\n--force replaces it.`,
      });
      writeFileSync(join(path, "stale.safetensors"), "");
      writeFolder(path, { force: true }, fill("two"));
      expect(readdirSync(path)).toEqual(["config.json"]);
      expect(readdirSync(parent)).toEqual(["out"]);
    });

    test("never replaces a folder that is neither, nor a file, even when forced", () => {
      const home = temporaryFolder();
      writeFileSync(join(home, "thesis.txt"), "");
      const attempt = (path: string) => caught(() => writeFolder(path, { force: true }, fill("x"))).message;
      expect(attempt(home)).toBe(
        `output folder must hold a model or an adapter to be replaced, got ${home}, which holds neither`,
      );
      expect(attempt(join(home, "thesis.txt"))).toContain("must be a folder, got");
      expect(readdirSync(home)).toEqual(["thesis.txt"]);
    });

    test("never replaces what is being read: the folder itself, one above it, or through a link", () => {
      const parent = temporaryFolder();
      const base = join(parent, "base");
      writeFolder(base, {}, fill("base"));
      writeFileSync(join(parent, "config.json"), "");
      symlinkSync(base, join(parent, "link"));
      for (const path of [base, parent, join(parent, "link")]) {
        const error = caught(() => writeFolder(path, { force: true, sources: [base] }, fill("x")));
        expect(error.message).toBe(
          `output folder must not hold what is read, got ${path}, and ${base} is in it`,
        );
      }
      expect(readFileSync(join(base, "config.json"), "utf8")).toBe("base");
      writeFolder(join(base, "..", "base-merged"), { force: true, sources: [base] }, fill("beside it"));
    });
  });

  describe("a process that is killed while it replaces a folder", () => {
    test("before any one of its file-system calls, leaves the old folder or the new one to the next run", async () => {
      const script = bundled("kill-before-call.ts");
      const seen = new Set<string>();
      for (let nth = 1; ; nth++) {
        const parent = temporaryFolder();
        const path = join(parent, "out");
        writeFolder(path, {}, fill("old"));
        const { signal } = await startChild(script, "folder", path, String(nth)).ended;
        if (signal === null) break;
        checkOutputFolder(path, { force: true });
        expect(readdirSync(parent)).toEqual(["out"]);
        seen.add(readFileSync(join(path, "config.json"), "utf8"));
      }
      expect(seen).toEqual(new Set(["old", "new"]));
    });

    test("loses nothing to others while it lives, on another host, or where a name only resembles its own", () => {
      const parent = temporaryFolder();
      const left = [`.out.${ownOwner}-aaaaaa`, ".out.01234567-1-1-aaaaaa.old", ".out.aaaaaa", ".out.d"];
      for (const name of left) mkdirSync(join(parent, name));
      checkOutputFolder(join(parent, "out"));
      expect(readdirSync(parent).sort()).toEqual([...left].sort());
    });

    test("is told from another process that has its number by when it started", () => {
      const parent = temporaryFolder();
      const earlier = ownOwner.replace(/\d+$/, "1");
      mkdirSync(join(parent, `.out.${earlier}-aaaaaa`));
      checkOutputFolder(join(parent, "out"));
      expect(readdirSync(parent)).toEqual(process.platform === "linux" ? [] : [`.out.${earlier}-aaaaaa`]);
    });
  });

  describe("checkOutputFolder", () => {
    test("refuses a place that cannot be written to, and leaves nothing in one that can", () => {
      const parent = temporaryFolder();
      const file = join(parent, "thesis.txt");
      writeFileSync(file, "");
      expect(caught(() => checkOutputFolder(join(file, "out")))).toMatchObject({
        code: "E_OUT",
        message: `output folder must be in a place that can be written to, got ${join(file, "out")} (ENOTDIR in ${file})`,
      });
      checkOutputFolder(join(parent, "a", "b", "out"));
      expect(readdirSync(parent)).toEqual(["thesis.txt"]);
    });

    test("refuses a disk without room, with both sizes", () => {
      const path = join(temporaryFolder(), "out");
      expect(caught(() => checkOutputFolder(path, { bytes: 2 ** 60 })).message).toMatch(
        /^output folder must lie on a disk with \S+ \S+ free, got .*out, where \S+ \S+ are$/,
      );
      checkOutputFolder(path, { bytes: 1 });
    });
  });
});
