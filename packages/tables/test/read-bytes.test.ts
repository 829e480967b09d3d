import { execFileSync, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { readBytes, readStandardInput } from "../src/data-files.ts";
import { assertAtMost } from "../src/rows.ts";

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
  expect(() => readBytes(join(tmpdir(), "no-such-file"), 5)).toThrow(
    "no-such-file must be a readable file: ENOENT",
  );
  expect(() => readBytes(import.meta.filename, 5)).toThrow(/must have at most 5 bytes, got \d+$/);
  expect(() => assertAtMost("a", 6, 5)).toThrow("a must have at most 5 bytes, got 6");
  expect(readBytes(import.meta.filename, 1e6).length).toBeGreaterThan(5);
});

test.runIf(process.platform !== "win32")(
  "a pipe, which might never end, is refused, and so is a device",
  () => {
    const folder = temporaryFolder();
    const pipe = join(folder, "data.csv");
    execFileSync("sh", ["-c", 'mkfifo "$0"', pipe]);
    const writer = spawn("sh", ["-c", 'echo "text,label" > "$0"', pipe]); // so that one who reads it does not wait
    onTestFinished(() => {
      writer.kill();
    });
    for (const path of [pipe, "/dev/null"])
      expect(() => readBytes(path, 1e6)).toThrow(
        `${path} must be a file, got a pipe or device\nWhere data is -, it is read from standard input.`,
      );
  },
);
