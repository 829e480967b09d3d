import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFileEnds } from "../../src/store/file-ends.ts";
import { temporaryFolder } from "../helpers/example.ts";

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
