import childProcess, { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { readDataRows } from "../src/data-files.ts";
import { parquetRows } from "../src/parquet/file.ts";

const fixture = (name: string) =>
  fileURLToPath(new URL(`./fixtures/parquet/${name}.parquet`, import.meta.url));
const temporary = temporaryFolder();

const objects = async (name: string) =>
  (await readDataRows(fixture(name))).map(({ values }) => Object.fromEntries(values));

test("two bad columns are one error: no rejection is left over", async () => {
  const bytes = Uint8Array.from(readFileSync(fixture("conversations-none")));
  // All columns are called JSON, which their texts are not.
  for (const after of ["role", "content", "id"]) {
    const at = Buffer.from(bytes).indexOf(`${after}\x25\x00`) + after.length + 1;
    bytes[at] = 2 * 19;
  }
  const leftOver: unknown[] = [];
  const note = (reason: unknown) => leftOver.push(reason);
  process.on("unhandledRejection", note);
  try {
    await expect(parquetRows("x.parquet", bytes)).rejects.toThrow(
      /^x.parquet must be a Parquet file that can be read: Unexpected token/,
    );
    await setImmediate();
  } finally {
    process.off("unhandledRejection", note);
  }
  expect(leftOver).toEqual([]);
});

describe("readDataRows of a Parquet file", () => {
  test("names the classes of a class-label column, over row groups of which the last is one row", async () => {
    const rows = await readDataRows(fixture("labelled"));
    expect(rows).toHaveLength(50);
    expect(rows[0]!.number).toBe(1);
    const classes = ["joy", "anger", "fear", "love", "grief"];
    expect(rows.map(({ values }) => values.get("label"))).toEqual(
      Array.from({ length: 50 }, (_, i) => classes[i % 5]),
    );
    expect(rows[49]!.values.get("text")).toBe("text 49: é 😀");
  });
  test("passes over a feature without a description", async () => {
    const bytes = readFileSync(fixture("labelled"));
    const feature = '{"dtype": "string", "_type": "Value"}';
    const at = bytes.indexOf(feature);
    expect(at).toBeGreaterThan(0);
    bytes.write("null".padEnd(feature.length), at);
    const rows = await parquetRows("labelled.parquet", bytes);
    expect(rows[1]!.values.get("label")).toBe("anger");
  });
  test("gives values as JSON would hold them, and integers beyond 2^53 without loss", async () => {
    const [first, second, third] = await objects("values");
    expect(first).toMatchObject({
      text: "a",
      small: 1,
      large: 2 ** 53 - 1,
      real: 0.5,
      flag: true,
      word: "x",
    });
    expect(second).toMatchObject({ large: "9007199254740993", flag: false, word: "y" });
    expect(second!.text ?? null).toBeNull();
    expect(third).toMatchObject({ text: "", small: -3, real: -1e300, day: "1970-01-01T00:00:00.000Z" });
  });
  test.each(["none", "gzip", "brotli", "zstd", "lz4"])(
    "reads nested messages packed with %s",
    async (codec) => {
      expect(await objects(`conversations-${codec}`)).toEqual([
        {
          id: "a",
          messages: [
            { role: "user", content: "Hi" },
            { role: "assistant", content: "Hello." },
          ],
        },
        {
          id: "b",
          messages: [
            { role: "system", content: "Be brief." },
            { role: "user", content: "1+1?" },
            { role: "assistant", content: "2" },
          ],
        },
      ]);
    },
  );
  test("names a file that is missing or no Parquet", async () => {
    const path = join(temporary, "x.parquet");
    await expect(readDataRows(path)).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringContaining(`${path} must be a readable file: `),
    });
    for (const bytes of ["", "text,label\na,b\n", "PAR1PAR1"]) {
      writeFileSync(path, bytes);
      await expect(readDataRows(path)).rejects.toMatchObject({
        code: "E_DATA",
        message: expect.stringContaining(`${path} must be a Parquet file that can be read: `),
      });
    }
  });
  test.each([
    ["no member in its footer", 1, 0],
    ["one byte, which opens lists in lists", 1_000_000, 0x19],
  ])("a file of %s is damaged, in a person's words", async (_, length, byte) => {
    const bytes = Buffer.alloc(length + 12, byte);
    for (const at of [0, length + 8]) bytes.write("PAR1", at);
    bytes.writeUInt32LE(length, length + 4);
    await expect(parquetRows("x.parquet", bytes)).rejects.toMatchObject({
      code: "E_DATA",
      message: "x.parquet must be a Parquet file that can be read: it is damaged, or no Parquet file",
    });
  });
  test("a damaged file is an error with a code wherever the damage is, and takes no memory that it claims", async () => {
    const whole = readFileSync(fixture("conversations-zstd"));
    const path = join(temporary, "damaged.parquet");
    let failed = 0;
    for (let at = 4; at < whole.length; at += 97) {
      const bytes = Buffer.from(whole);
      bytes[at] = bytes[at]! ^ 0xff;
      writeFileSync(path, bytes);
      await readDataRows(path).catch((error: unknown) => {
        expect(error).toMatchObject({ code: "E_DATA" });
        failed++;
      });
    }
    expect(failed).toBeGreaterThan(5);
  });
  test.each([
    [
      "keeps the reader in a loop",
      "encodings-2",
      [[20, 0xfb]],
      { milliseconds: 3000, bytes: 1e9 },
      "3 s and 1000 MB",
    ],
    [
      "has a run of 2^30 levels, which would end the process",
      "conversations-none",
      [[0x63, 0xfe, 0xff, 0xff, 0xff, 7]],
      { milliseconds: 600_000, bytes: 3e8 },
      "600 s and 300 MB",
    ],
  ] as const)("a file that %s is refused", async (_, name, changes, limits, most) => {
    const bytes = Uint8Array.from(readFileSync(fixture(name)));
    for (const [at, ...values] of changes) bytes.set(values, at);
    await expect(parquetRows("x.parquet", bytes, limits)).rejects.toMatchObject({
      code: "E_DATA",
      message: `x.parquet must be a Parquet file that can be read: it must be read within ${most}`,
    });
  });
  test("one process tries file after file, and another one follows where a file ended it", async () => {
    const small = readFileSync(fixture("values"));
    const loop = Buffer.from(readFileSync(fixture("encodings-2")));
    loop[20] = 0xfb;
    const limits = { milliseconds: 500, bytes: 1e9 };
    await expect(parquetRows("x.parquet", loop, limits)).rejects.toThrow("within 1 s");
    const fork = vi.spyOn(childProcess, "fork");
    await Promise.all([small, small, small].map((bytes) => parquetRows("x.parquet", bytes)));
    expect(fork).toHaveBeenCalledTimes(1);
    const trier = fork.mock.results[0]!.value as ChildProcess;
    fork.mockRestore();
    const keptAliveBy = process.getActiveResourcesInfo();
    expect(keptAliveBy).not.toContain("ProcessWrap");
    trier.channel!.ref();
    expect(process.getActiveResourcesInfo()).toHaveLength(keptAliveBy.length + 1);
    trier.disconnect(); // as the end of this process does
    expect(await once(trier, "exit")).toEqual([0, null]);
    expect(await parquetRows("x.parquet", small)).toHaveLength(3);
  });
  test.each([
    ["values", 37, 4, "text must hold as many rows and values as the file counts"],
    ["conversations-none", 99, 8, "messages > list > element > role must hold as many rows and"],
    ["labelled", 772, 6, "label must have the type and the rows of its table"],
    ["labelled", 1022, 0x72, "rext must have the type and the rows of its table"],
    ["conversations-none", 291, 3, "messages must be required, optional or repeated"],
  ])("%s with another number at %i is refused", async (name, at, byte, message) => {
    const bytes = readFileSync(fixture(name));
    bytes[at] = byte;
    await expect(parquetRows("x.parquet", bytes)).rejects.toThrow(message);
  });
  test("two columns of one name are refused", async () => {
    const text = readFileSync(fixture("values")).toString("latin1").replaceAll("word", "text");
    await expect(parquetRows("x.parquet", Buffer.from(text, "latin1"))).rejects.toThrow(
      "it must have columns of different names",
    );
  });
  test("a file that does not hold the rows that it counts is refused", async () => {
    const bytes = readFileSync(fixture("values"));
    bytes[668] = 2 * 4; // num_rows of the footer, in zigzag
    await expect(parquetRows("x.parquet", bytes)).rejects.toThrow("it must hold its 4 rows, got 3");
  });
});

test("encodings of both page versions give the same rows", async () => {
  const [first, second] = await Promise.all(["encodings-1", "encodings-2"].map(objects));
  expect(first).toEqual(second);
  expect(first![0]).toEqual({
    text: "about cats",
    name: "ab",
    count: 1,
    real: 0.5,
    flag: true,
    price: 1.25,
    pairs: { a: 1 },
    lists: [[1, 2], []],
  });
});
