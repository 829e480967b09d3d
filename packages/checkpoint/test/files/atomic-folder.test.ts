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
import { writeFolder } from "../../src/files/index.ts";
import { caught } from "../helpers/caught.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

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
