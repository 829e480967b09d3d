import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { assertAtMost, readBytes, readStandardInput } from "../../src/data/read-bytes.ts";

test("standard input is read to its end, unless it is a terminal", async () => {
  const pieces = Readable.from([Buffer.from("a"), Buffer.from("b")]);
  expect(Buffer.from(await readStandardInput(pieces)).toString()).toBe("ab");
  const terminal = Object.assign(Readable.from([]), { isTTY: true });
  await expect(readStandardInput(terminal)).rejects.toMatchObject({
    code: "E_DATA",
    message: "standard input must be a file or a pipe where data is -, got a terminal",
  });
});

test("a file that is not there, or has too many bytes", () => {
  expect(() => readBytes(join(tmpdir(), "no-such-file"))).toThrow(
    "no-such-file must be a readable file: ENOENT",
  );
  expect(() => readBytes(import.meta.filename, 5)).toThrow(/must have at most 5 bytes, got \d+$/);
  expect(() => assertAtMost("a", 6, 5)).toThrow("a must have at most 5 bytes, got 6");
  expect(readBytes(import.meta.filename).length).toBeGreaterThan(5);
});
