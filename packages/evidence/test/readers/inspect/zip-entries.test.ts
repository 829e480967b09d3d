import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { expect, test } from "vitest";
import { readZip as readZipEntries } from "../../../src/readers/inspect/zip-entries.ts";
import { fixtures, readRuns, writeRuns } from "../../helpers/evaluators.ts";
import { inspectHeader, zipFile } from "../../helpers/zip-file.ts";

const zip = readFileSync(join(fixtures, "inspect/r4-s1/sums.eval"));
const readZip = (bytes: Uint8Array) => {
  const folder = writeRuns({ "r4-s1/x": "" });
  writeFileSync(join(folder, "r4-s1/log.eval"), bytes);
  return readRuns(folder, { score: "match" });
};
/** Where the central directory has the entry of a file. */
const entryOf = (name: string): number => zip.lastIndexOf(name) - 46;
const changed = (name: string, change: (bytes: Buffer, entry: number) => void): Buffer => {
  const bytes = Buffer.from(zip);
  change(bytes, entryOf(name));
  return bytes;
};

test.each([
  ["no archive", Buffer.from("PK nothing"), "must be a ZIP archive that can be read"],
  ["half of one", zip.subarray(0, zip.length / 2), "must be a ZIP archive that can be read"],
  [
    "a member that claims 4 GB",
    changed("summaries.json", (bytes, entry) => bytes.writeUInt32LE(2 ** 32 - 2, entry + 24)),
    /summaries.json must have at most \d{8} bytes, got 4294967294 from/,
  ],
  [
    "a member that unpacks to more than it claims",
    changed("summaries.json", (bytes, entry) => bytes.writeUInt32LE(10, entry + 24)),
    "must be a ZIP archive that can be read",
  ],
  [
    "another checksum",
    changed("header.json", (bytes, entry) => bytes.writeUInt32LE(1, entry + 16)),
    "header.json must have the",
  ],
  [
    "another compression",
    changed("header.json", (bytes, entry) => bytes.writeUInt16LE(12, entry + 10)),
    "the compression of its files must be 0, 8 or 93, got 12",
  ],
  [
    "no header.json",
    changed("header.json", (bytes, entry) => bytes.write("h", entry + 47)),
    "must have a header.json, as every log has that has ended, got none",
  ],
])("Inspect: %s", async (_, bytes, message) => {
  await expect(readZip(bytes)).rejects.toThrow(expect.objectContaining({ name: "InputError" }));
  await expect(readZip(bytes)).rejects.toThrow(message);
});

test("every cut and many changed bytes of an archive end in an InputError or in outcomes", async () => {
  const folder = writeRuns({ "r4-s1/x": "" });
  const file = join(folder, "r4-s1/log.eval");
  for (let i = 0; i < 150; i++) {
    const bytes = Buffer.from(zip);
    const at = i % 3 === 0 ? (i * 7919) % bytes.length : bytes.length - 1 - ((i * 37) % 2500);
    bytes[at] = (bytes[at]! + 1 + i) % 256;
    writeFileSync(file, i % 10 === 0 ? bytes.subarray(0, at) : bytes);
    const error = await readRuns(folder, { score: "match" }).catch((cause: Error) => cause);
    if (error instanceof Error) expect([i, error.name]).toEqual([i, "InputError"]);
  }
});

const sampleText = '{"id":1,"input":"a","scores":{"s":{"value":1}}}';
const logWith = (summaries: string, entries = 1): Buffer =>
  zipFile([
    { name: "header.json", content: inspectHeader },
    { name: "summaries.json", content: summaries, entries },
  ]);

test("an archive that lists one name 60,000 times is refused at the second, before any of it is unpacked", async () => {
  await expect(readZip(logWith(`[${sampleText}]`, 60_000))).rejects.toThrow(
    "summaries.json must have one entry, got two",
  );
});

test("of a deflated entry no more is unpacked at once than a small part, and no more than is taken", async () => {
  const size = 2 ** 24;
  const folder = writeRuns({});
  const file = join(folder, "log.eval");
  writeFileSync(file, logWith(" ".repeat(size)));
  const pieces: number[] = [];
  await readZipEntries(file, ["summaries.json"], async (entries) => {
    await entries.unpack("summaries.json", size, (piece) => pieces.push(piece.length));
  });
  expect(pieces.reduce((sum, bytes) => sum + bytes)).toBe(size);
  expect(Math.max(...pieces)).toBeLessThanOrEqual(2 ** 16);
  let taken = 0;
  const stopped = readZipEntries(file, ["summaries.json"], (entries) =>
    entries.unpack("summaries.json", size, () => {
      taken++;
      throw new InputError("E_TEST", "enough");
    }),
  );
  await expect(stopped).rejects.toMatchObject({ code: "E_TEST" });
  expect(taken).toBe(1);
  const tooLarge = readZipEntries(file, ["summaries.json"], (entries) =>
    entries.unpack("summaries.json", size - 1, () => taken++),
  );
  await expect(tooLarge).rejects.toThrow(`must have at most ${size - 1} bytes, got ${size} from`);
  expect(taken).toBe(1);
});

test("a header of more than 16 MiB is refused", async () => {
  const bytes = zipFile([
    { name: "header.json", content: `[${" ".repeat(2 ** 24)}]` },
    { name: "summaries.json", content: `[${sampleText}]` },
  ]);
  await expect(readZip(bytes)).rejects.toThrow("header.json must have at most 16777216 bytes");
});
