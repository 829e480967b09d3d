import fs, { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  idsIn,
  isEqualFile,
  KnownIds,
  readFileEnds,
  readJson,
  writeIfDifferent,
} from "../../src/store/files.ts";
import { temporaryFolder } from "../helpers/example.ts";

describe("readJson", () => {
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
});

describe("writeIfDifferent", () => {
  test("writes what differs and leaves alone what is equal, its times included", () => {
    const path = join(temporaryFolder(), "file");
    expect(isEqualFile(path, Buffer.from("one"))).toBe(false);
    writeIfDifferent(path, "one");
    expect(isEqualFile(path, Buffer.from("one"))).toBe(true);
    const { ino, mtimeMs } = statSync(path);
    writeIfDifferent(path, Buffer.from("one"));
    expect(statSync(path)).toMatchObject({ ino, mtimeMs });
    writeFileSync(path, "half");
    writeIfDifferent(path, "one");
    expect(isEqualFile(path, Buffer.from("one"))).toBe(true);
  });

  test("content in parts is equal where all of them and no more are there, however long", () => {
    const path = join(temporaryFolder(), "file");
    const long = "0123456789".repeat(20_000);
    const parts = (...texts: string[]) => texts.map((text) => Buffer.from(text));
    writeIfDifferent(path, parts(long, "é", ""));
    expect(readFileSync(path, "utf8")).toBe(`${long}é`);
    expect(isEqualFile(path, parts(long.slice(0, 7), long.slice(7), "é"))).toBe(true);
    expect(isEqualFile(path, `${long}é`)).toBe(true);
    for (const other of [parts(long), parts(long, "é."), parts(long, "è"), parts(`x${long.slice(1)}é`), []])
      expect(isEqualFile(path, other)).toBe(false);
    const { ino } = statSync(path);
    writeIfDifferent(path, parts(long, "é"));
    expect(statSync(path).ino).toBe(ino);
    writeIfDifferent(path, parts("short"));
    expect(readFileSync(path, "utf8")).toBe("short");
  });
});

describe("readFileEnds", () => {
  /** Path of a file with this text, last changed in 1970. */
  function fileWith(text: string): string {
    const file = join(temporaryFolder(), "log");
    writeFileSync(file, text);
    utimesSync(file, 5, 5);
    return file;
  }

  test("reads so many bytes at each end, and tells the size and the time", () => {
    const ends = { bytes: 10, modifiedAt: 5_000 };
    expect(readFileEnds(fileWith("0123456789"), 2, 3)).toEqual({ head: "01", tail: "789", ...ends });
    expect(readFileEnds(fileWith("0123456789"), 0, 7)).toEqual({ head: "", tail: "3456789", ...ends });
  });

  test("a shorter file is whole at both ends", () => {
    expect(readFileEnds(fileWith("größe"), 100, 7)).toMatchObject({ head: "größe", tail: "größe", bytes: 7 });
    expect(readFileEnds(fileWith(""), 100, 100)).toMatchObject({ head: "", tail: "", bytes: 0 });
  });

  test("a file that is not there is the system's error", () => {
    expect(() => readFileEnds(join(temporaryFolder(), "none"), 1, 1)).toThrow(
      expect.objectContaining({ code: "ENOENT" }),
    );
  });
});

describe("KnownIds", () => {
  const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [string, string, string];

  test("lists the folder once, finds what comes later, and does not look again for what was there", () => {
    const folder = temporaryFolder();
    const write = (id: string) => writeFileSync(join(folder, `${id}.json`), "");
    for (const id of [a, b]) write(id);
    for (const name of [`.${c}.json.0123456789abcdef.tmp`, "notes.json"])
      writeFileSync(join(folder, name), "");
    const known = new KnownIds(folder);
    expect([known.has(a), known.has(c)]).toEqual([true, false]);
    write(c);
    expect(known.has(c)).toBe(true);
    expect(known.list().sort()).toEqual([a, b, c]);
    rmSync(folder, { recursive: true });
    expect([a, b, c].map((id) => known.has(id))).toEqual([true, true, true]);
    expect(idsIn(folder)).toEqual([]);
  });
});
