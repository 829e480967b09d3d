import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OutcomeTable } from "@lorank/core/decide";
import { describe, expect, test } from "vitest";
import type { OutcomeChoices } from "../../src/outcomes/format.ts";
import { readOutcomes } from "../../src/outcomes/read-outcomes.ts";
import { isOutcomes } from "../../src/outcomes/run-files.ts";
import { temporaryFolder } from "../helpers/example.ts";

/** Files that the evaluators wrote, and expected-*.csv as Python reads them: see its README. */
const fixtures = fileURLToPath(new URL("../fixtures/evaluators", import.meta.url));
const runs = "r{rank}-s{seed}";

/** Rank, seed and outcomes of each run. */
const cellsOf = ({ cells }: OutcomeTable): unknown[] =>
  cells
    .map(({ rank, seed, correct }) => [rank, seed, ...Array.from(correct)] as const)
    .sort(([rank, seed], [otherRank, otherSeed]) => rank - otherRank || seed! - otherSeed!);

/** Writes a run in a file of its own into an empty folder. */
function writeRuns(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const read = (folder: string, choices: OutcomeChoices = {}, pattern = runs) =>
  readOutcomes(join(folder, pattern), choices);

describe("files of the real tools", () => {
  test.each([
    ["lm-eval", "parity-acc", { task: "parity", score: "acc" }],
    ["lm-eval", "digits-flexible-extract", { task: "digits", filter: "flexible-extract" }],
    ["inspect", "match", { score: "match" }],
    ["inspect", "near", { score: "near" }],
    ["promptfoo", "success", {}],
    ["promptfoo", "score", { score: "score" }],
    ["promptfoo", "contains", { score: "contains" }],
    ["lighteval", "acc", { score: "acc" }],
  ])("%s, %s: the outcomes are those that Python reads", async (tool, name, choices) => {
    const folder = join(fixtures, tool);
    const expected = await readOutcomes(join(folder, `expected-${name}.csv`));
    const table = await read(folder, choices);
    expect(table.examples).toBe(expected.examples);
    expect(cellsOf(table)).toEqual(cellsOf(expected));
    expect(isOutcomes(join(folder, runs))).toBe(true);
  });

  test.each([
    ["lm-eval", {}, "--task, or the file's name in the path, must be one of digits, parity in"],
    ["lm-eval", { task: "parity" }, "--score must be one of acc, acc_norm in"],
    ["lm-eval", { task: "digits" }, "--filter must be one of flexible-extract, strict-match in"],
    ["lm-eval", { task: "sums" }, "must be one of digits, parity in"],
    ["lm-eval", { task: "digits", filter: "none" }, "flexible-extract, strict-match in"],
    ["inspect", {}, "--score must be one of match, near in"],
    ["inspect", { score: "f1" }, "--score must be one of match, near in"],
    ["inspect", { score: "match", task: "x" }, "must be left out, as there is no such name in"],
    ["promptfoo", { score: "f1" }, "--score must be one of contains, exact, score, success in"],
    ["lighteval", { score: "f1" }, "--score must be one of acc, acc:logprob_normalization="],
  ])("%s with %j asks for a choice by name", async (tool, choices, message) => {
    await expect(read(join(fixtures, tool), choices)).rejects.toThrow(message);
  });

  test.each(["inspect", "promptfoo"])(
    "%s: an example that failed in a run is left out of all",
    async (tool) => {
      const table = await read(join(fixtures, tool), { score: tool === "inspect" ? "match" : undefined });
      expect(table).toMatchObject({ examples: 19, leftOut: 1 });
      expect(table.failed).toMatchObject([{ rank: 4, seed: 2, examples: 1 }]);
      expect(table.failed![0]!.reason).toContain("no answer came back");
    },
  );

  test("Inspect: the epochs of an example are averaged, and the rank is what the task says", async () => {
    const table = await readOutcomes(join(fixtures, "inspect/epochs"), { score: "near" });
    expect(table).toMatchObject({ ranks: [16], seeds: [0], examples: 4 });
    expect(cellsOf(table)).toEqual([[16, 0, 0.75, 1, 1, 0.5]]);
  });

  test("promptfoo: one file has all runs, told apart by the labels of its providers", async () => {
    const table = await readOutcomes(join(fixtures, "promptfoo/labels.jsonl"));
    expect(table).toMatchObject({ ranks: [4, 16], seeds: [1, 2], examples: 4 });
    const alone = await read(join(fixtures, "promptfoo"));
    for (const { rank, seed, correct } of table.cells) {
      const same = alone.cells.find((cell) => cell.rank === rank && cell.seed === seed)!;
      expect(Array.from(correct)).toEqual(Array.from(same.correct).slice(0, 4));
    }
    const named = writeRuns({
      "r8-s1/x.jsonl": readFileSync(join(fixtures, "promptfoo/labels.jsonl"), "utf8"),
    });
    await expect(read(named)).rejects.toThrow("must have one provider for each run, got r4-s1 and r4-s2");
  });

  test("lm-eval: without a rank in the path it is that of the adapter, beside the file or as the results name it", async () => {
    const folder = temporaryFolder();
    cpSync(join(fixtures, "lm-eval/r16-s2"), join(folder, "a"), { recursive: true });
    const choices = { task: "parity", score: "acc" };
    await expect(readOutcomes(folder, choices)).rejects.toThrow(
      "must be of a run whose rank is known, got none\nName the runs by a path",
    );
    const results = join(
      folder,
      "a",
      readdirSync(join(folder, "a")).find((name) => name.startsWith("results"))!,
    );
    mkdirSync(join(folder, "adapter"));
    writeFileSync(join(folder, "adapter/adapter_config.json"), '{"r": 32}');
    const named = readFileSync(results, "utf8").replaceAll(
      '"r16-s2"',
      JSON.stringify(join(folder, "adapter")),
    );
    writeFileSync(results, named);
    expect((await readOutcomes(join(folder, "a"), choices)).ranks).toEqual([32]);
    writeFileSync(join(folder, "a/adapter_config.json"), '{"r": 64}');
    expect((await readOutcomes(join(folder, "a"), choices)).ranks).toEqual([64]);
  });

  test("two files of one run are refused", async () => {
    const folder = temporaryFolder();
    for (const copy of ["one", "two"])
      cpSync(join(fixtures, "lighteval/r4-s1"), join(folder, "r4-s1", copy), { recursive: true });
    await expect(read(folder, { score: "acc" })).rejects.toThrow(
      /rank 4, seed 1 must have one file, got .*one.*parquet and .*two.*parquet/,
    );
  });
});

describe("rows that cannot be compared", () => {
  const lmRow = (id: number, more: object = {}) =>
    JSON.stringify({
      doc_id: id,
      doc: {},
      filter: "none",
      metrics: ["acc"],
      doc_hash: `h${id}`,
      acc: 1,
      ...more,
    });

  test("lm-eval: another document under the same number, and a score that is no share, are named by line", async () => {
    const folder = writeRuns({
      "r4-s1/samples_a.jsonl": [lmRow(0), lmRow(1)].join("\n"),
      "r8-s1/samples_a.jsonl": [
        lmRow(0, { doc_hash: "other" }),
        lmRow(1, { acc: 7 }),
        lmRow(2, { acc: [1] }),
      ].join("\n"),
    });
    await expect(read(folder)).rejects.toThrow(
      [
        "the outcomes have 3 problems:",
        `  ${join(folder, "r8-s1/samples_a.jsonl")}, line 1: example "0" must hold what it holds in ${join(folder, "r4-s1/samples_a.jsonl")}, got another content`,
        `  ${join(folder, "r8-s1/samples_a.jsonl")}, line 2: acc must be between 0 and 1, got 7`,
        `  ${join(folder, "r8-s1/samples_a.jsonl")}, line 3: acc must be between 0 and 1, got a list or an object`,
      ].join("\n"),
    );
  });

  test("lm-eval before 0.4.5 has no list of metrics and no filter: its numbers are the metrics", async () => {
    const row = (id: number) =>
      JSON.stringify({ doc_id: id, doc: {}, target: "0", acc: id % 2, acc_norm: 1 });
    const folder = writeRuns({ "r4-s1/x.jsonl": `${row(0)}\n${row(1)}\n` });
    expect(cellsOf(await read(folder, { score: "acc" }))).toEqual([[4, 1, 0, 1]]);
    await expect(read(folder)).rejects.toThrow("--score must be one of acc, acc_norm in");
  });

  const inspectLog = (samples: readonly object[], status = "success", ids: readonly string[] = []) =>
    JSON.stringify({
      ...{ version: 2, status },
      eval: { task: "t", dataset: { sample_ids: ids } },
      samples,
    });
  const sample = (id: string, value: unknown, more: object = {}) => ({
    ...{ id, epoch: 1, input: id, scores: { s: { value } } },
    ...more,
  });

  test("Inspect: grades, numbers and texts are read; what was not scored or did not run is left out", async () => {
    const values = ["C", "I", "P", "N", 0.25, true, "yes", "0.5"];
    const log = inspectLog(
      [
        ...values.map((value, i) => sample(`q${i}`, value)),
        sample("none", null),
        sample("other", 1, { scores: {} }),
        sample("error", 1, { error: { message: "time-out" } }),
      ],
      "cancelled",
      ["q0", "late"],
    );
    const table = await read(writeRuns({ "r4-s1/log.json": log.replace('"value":null', '"value":NaN') }));
    expect(cellsOf(table)).toEqual([[4, 1, 1, 0, 0.5, 0, 0.25, 1, 1, 0.5]]);
    expect(table).toMatchObject({ leftOut: 4, failed: [{ examples: 4, reason: "s did not score it" }] });
    await expect(read(writeRuns({ "r4-s1/log.json": inspectLog([sample("a", "A")]) }))).rejects.toThrow(
      'sample 1: s must be between 0 and 1, got "A"',
    );
    await expect(read(writeRuns({ "r4-s1/log.json": inspectLog([]) }))).rejects.toThrow(
      "must have samples with scores, got none",
    );
  });

  test("Inspect: a scorer of several values has a name for each", async () => {
    const folder = writeRuns({ "r4-s1/log.json": inspectLog([sample("a", { x: 1, y: 0 })]) });
    await expect(read(folder)).rejects.toThrow("--score must be one of s/x, s/y in");
    expect(cellsOf(await read(folder, { score: "s/y" }))).toEqual([[4, 1, 0]]);
  });

  test("promptfoo: labels that name one run twice, or none, are refused", async () => {
    const line = (label: string) =>
      JSON.stringify({
        cost: 0,
        promptIdx: 0,
        provider: { id: "x", label },
        testIdx: 0,
        success: true,
        failureReason: 0,
      });
    const folder = writeRuns({ "two.jsonl": `${line("r8 a")}\n${line("r8 b")}`, "none.jsonl": line("gpt") });
    await expect(readOutcomes(join(folder, "two.jsonl"))).rejects.toThrow(
      "must have one provider for each run",
    );
    await expect(readOutcomes(join(folder, "none.jsonl"))).rejects.toThrow("whose rank is known, got none");
  });

  test("outcomes of which none ran in all runs are refused", async () => {
    const failed = [sample("a", 1, { error: "x" }), sample("b", 1)];
    const folder = writeRuns({
      "r4-s1/log.json": inspectLog(failed),
      "r8-s1/log.json": inspectLog(
        [failed[1]!, sample("a", 1)].map((one, i) => (i === 0 ? { ...one, error: "y" } : one)),
      ),
    });
    await expect(read(folder)).rejects.toThrow("got 2 that failed in a run, and no other");
  });
});

describe("damaged and hostile files", () => {
  const zip = readFileSync(join(fixtures, "inspect/r4-s1/sums.eval"));
  const readZip = (bytes: Uint8Array) => {
    const folder = writeRuns({ "r4-s1/x": "" });
    writeFileSync(join(folder, "r4-s1/log.eval"), bytes);
    return read(folder, { score: "match" });
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
      const error = await read(folder, { score: "match" }).catch((cause: Error) => cause);
      if (error instanceof Error) expect([i, error.name]).toEqual([i, "InputError"]);
    }
  });

  test.each([
    ["r4-s1/a.jsonl", '{"doc_id": 1, "acc"', "must be JSON"],
    [
      "r4-s1/a.jsonl",
      '{"doc_id": 1, "metrics": ["acc"], "filter": "none"}',
      "acc must be between 0 and 1, got none",
    ],
    ["r4-s1/a.jsonl", '{"doc_id": null, "metrics": ["acc"], "acc": 1}', "example is empty"],
    [
      "r4-s1/a.jsonl",
      '{"doc_id": 1, "metrics": ["acc"], "acc": 1}\n[]',
      "line 2: acc must be between 0 and 1, got none",
    ],
    [
      "r4-s1/a.json",
      '{"version": 2, "status": "success", "eval": {}, "samples": 3}',
      "must have a list of samples",
    ],
    ["r4-s1/a.json", '{"version": 2, "status": "success", "eval": ', "must be JSON"],
    [
      "r4-s1/a.json",
      '{"evalId": "x", "results": {"version": 2, "results": []}}',
      "must have results of version 3, got 2",
    ],
    [
      "r4-s1/a.json",
      '{"evalId": "x", "results": {"version": 3, "results": [5, null, []]}}',
      "success must be between",
    ],
    ["r4-s1/details_x.parquet", "PAR1", "must be a Parquet file that can be read"],
  ])("%s with %s", async (path, text, message) => {
    const error = await read(writeRuns({ [path]: text })).catch((cause: Error) => cause);
    expect(error).toMatchObject({ name: "InputError" });
    expect((error as Error).message).toContain(message);
  });

  test("values nested deeper than calls can be are refused", async () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const log = `{"evalId":"x","results":{"version":3,"results":[{"testIdx":0,"promptIdx":0,"vars":${deep}}]}}`;
    const error = await read(writeRuns({ "r4-s1/x.json": log })).catch((cause: Error) => cause);
    expect(error).toMatchObject({ name: "InputError" });
  });
});
