import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { openLines, readLines } from "../../../src/readers/files/read-lines.ts";
import { temporaryFolder } from "../../helpers/files.ts";

/** The lines of these pieces, numbered, and the lines and bytes read after each piece. */
async function read(...pieces: (string | Uint8Array)[]) {
  const all: string[] = [];
  const soFar: number[][] = [];
  const source = Readable.from(pieces.map((piece) => Buffer.from(piece)));
  for await (const { lines, bytes } of readLines({ name: "a.csv", bytes: source })) {
    for (const line of lines) all.push(`${all.length + 1} ${line}`);
    soFar.push([all.length, bytes]);
  }
  return { lines: all, soFar };
}

test("lines end with LF or CRLF, the last one with either or nothing", async () => {
  expect((await read("a\r\nb\n\nc")).lines).toEqual(["1 a", "2 b", "3 ", "4 c"]);
  expect((await read("a\n")).lines).toEqual(["1 a"]);
  expect((await read("a\r")).lines).toEqual(["1 a"]);
  expect((await read()).lines).toEqual([]);
});

test("a carriage return within a line stays", async () => {
  expect((await read("a\rb\r\r\n")).lines).toEqual(["1 a\rb\r"]);
});

test("pieces may cut a line end, a character and the byte order mark", async () => {
  const bytes = Buffer.from("\ufeffß\r\n\ufeffb");
  const { lines, soFar } = await read(...Array.from(bytes, (byte) => Uint8Array.of(byte)));
  expect(lines).toEqual(["1 ß", "2 \ufeffb"]);
  expect(soFar.slice(0, 8)).toEqual([0, 0, 0, 0, 0, 0, 1, 1].map((read, i) => [read, i + 1]));
});

test("text in UTF-16 or Windows-1252 is read, and other bytes are refused", async () => {
  const [wide, single] = [Buffer.from("\ufeffü\nb", "utf16le"), Buffer.from("a\n\xfc", "latin1")];
  expect((await read(wide.subarray(0, 3), wide.subarray(3))).lines).toEqual(["1 ü", "2 b"]);
  expect((await read(single)).lines).toEqual(["1 a", "2 ü"]);
  await expect(read("a\n", Uint8Array.of(0x81))).rejects.toMatchObject({
    code: "E_DATA",
    message: "a.csv must be text in UTF-8, UTF-16 or Windows-1252: convert it first, then try again",
  });
});

test("a line without end is refused before it fills the memory", async () => {
  const piece = Buffer.alloc(2 ** 23, "x");
  await expect(read("a\n", piece, piece, "x", "\n")).rejects.toThrow(
    "a.csv, line 2: must be at most 16777216 characters long, got more",
  );
  expect((await read(piece, piece, "\n")).lines).toHaveLength(1);
});

test("a file tells its size, and what cannot be read its name", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "b.csv");
  writeFileSync(file, "a\nbc");
  const source = openLines(file, Readable.from([]));
  expect(source).toMatchObject({ name: file, totalBytes: 4 });
  expect((await readLines(source).next()).value).toEqual({ lines: ["a"], bytes: 4 });
  expect(() => openLines(join(folder, "none"), Readable.from([]))).toThrow("none must be a readable file");
  await expect(readLines(openLines(folder, Readable.from([]))).next()).rejects.toThrow(
    `${folder} must be a readable file: EISDIR`,
  );
});

test("a dash is standard input, whose size nobody knows", () => {
  const stdin = Readable.from([]);
  expect(openLines("-", stdin)).toEqual({ name: "standard input", bytes: stdin });
});
