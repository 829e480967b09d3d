import { buffer } from "node:stream/consumers";
import { crc32, inflateRawSync } from "node:zlib";
import { InputError } from "@lorank/core";
import { chosenName, type OutcomeFormat } from "./format.ts";
import {
  groupIn,
  isShare,
  jsonFile,
  jsonOf,
  member,
  mostJsonBytes,
  scoreFault,
  shareIn,
  wholeIn,
} from "./json-values.ts";
import { Means } from "./means.ts";

/** Grades as Inspect's accuracy() counts them: correct, incorrect, partly correct, no answer. */
const grades: ReadonlyMap<unknown, number> = new Map([
  ["C", 1],
  ["I", 0],
  ["P", 0.5],
  ["N", 0],
]);
const fileName = /^\d{4}-\d\d-\d\dT[^_]*_(.+)_[^_]+\.(?:eval|json)$/;

interface Log {
  readonly header: unknown;
  readonly samples: readonly unknown[];
}

/**
 * Logs of Inspect, `.eval` or `.json`: a sample for each id and epoch.
 *
 * Source: EvalLog and EvalSampleSummary of https://github.com/UKGovernmentBEIS/inspect_ai
 */
export const inspect: OutcomeFormat = {
  name: "Inspect",
  unit: "sample",
  recognises: ({ extension, head }) =>
    extension === ".eval" ||
    (extension === ".json" &&
      /^\s*\{\s*"version"\s*:\s*\d+,\s*"status"\s*:\s*"\w+",\s*"eval"\s*:/.test(head())),
  taskOf: (name) => fileName.exec(name)?.[1],
  async read(path, rows, { choices }) {
    const { header, samples } = path.toLowerCase().endsWith(".json") ? logInJson(path) : await logInZip(path);
    const rank =
      wholeIn(member(header, "eval", "metadata", "rank")) ??
      wholeIn(member(header, "eval", "task_args", "rank"));
    const scored = samples.map((sample) => ({ sample, scores: scoresOf(sample) }));
    const names = scored.flatMap(({ scores }) => [...scores.keys()]);
    if (names.length === 0)
      throw new InputError("E_OUTCOMES", `${path} must have samples with scores, got none`);
    const score = chosenName("--score", path, names, choices.score);
    const means = new Means();
    for (const [i, { sample, scores }] of scored.entries()) {
      const correct = scores.get(score);
      const row = { rank, example: member(sample, "id"), content: contentOf(sample) };
      const failure = failureOf(sample) ?? (correct == null ? `${score} did not score it` : undefined);
      if (failure !== undefined) means.add({ ...row, failure }, i + 1);
      else if (isShare(correct)) {
        const what = `metadata of ${path}, sample ${i + 1}`;
        const group = groupIn(member(sample, "metadata"), choices.groupColumn, what);
        means.add({ ...row, correct, ...group }, i + 1);
      } else rows.reject(i + 1, scoreFault(score, correct));
    }
    for (const example of idsWithoutSample(header, samples))
      means.add(
        { rank, example, failure: `the log ended as ${member(header, "status")}` },
        samples.length + 1,
      );
    means.giveTo(rows);
  },
};

function logInJson(path: string): Log {
  const header = jsonFile(path);
  const samples = member(header, "samples");
  if (Array.isArray(samples)) return { header, samples };
  throw new InputError("E_DATA", `${path} must have a list of samples, got ${typeof samples}`);
}

/** Summaries have all that is needed of the samples, which are many times as large. */
async function logInZip(path: string): Promise<Log> {
  const names = ["header.json", "summaries.json"] as const;
  const texts = await textsInZip(path, names);
  const [header, samples] = names.map((name) => {
    const text = texts.get(name);
    if (text !== undefined) return jsonOf(text, `${name} in ${path}`);
    throw new InputError("E_DATA", `${path} must have a ${name}, as every log has that has ended, got none`);
  });
  if (Array.isArray(samples)) return { header, samples };
  throw new InputError("E_DATA", `summaries.json in ${path} must be a list, got ${typeof samples}`);
}

/** The scores of a sample; a scorer that gives several has a name for each: `scorer/key`. */
function scoresOf(sample: unknown): Map<string, unknown> {
  const scores = (member(sample, "scores") ?? {}) as Record<string, unknown>;
  return new Map(
    Object.entries(scores).flatMap(([scorer, score]): [string, unknown][] => {
      const value = member(score, "value");
      if (typeof value !== "object" || value === null) return [[scorer, shareOf(value)]];
      return Object.entries(value).map(([key, inner]) => [`${scorer}/${key}`, shareOf(inner)]);
    }),
  );
}

function shareOf(value: unknown): unknown {
  return grades.get(value) ?? shareIn(value);
}

/** Error of a sample: a text, or in `.json` an object. */
function failureOf(sample: unknown): string | undefined {
  const error = member(sample, "error");
  if (error == null) return undefined;
  return String(typeof error === "object" ? member(error, "message") : error);
}

/** The beginning of the input, which summaries cut; of messages the texts, since their ids are random. */
function contentOf(sample: unknown): string | undefined {
  const input = member(sample, "input");
  const texts = Array.isArray(input) ? input.map((message) => member(message, "content")) : [input];
  return texts.every((text) => typeof text === "string")
    ? texts.map((text) => text.slice(0, 1000)).join("\n")
    : undefined;
}

/** Ids of samples that a log lacks, since it ended early. */
function idsWithoutSample(header: unknown, samples: readonly unknown[]): unknown[] {
  const ids = member(header, "eval", "dataset", "sample_ids");
  if (member(header, "status") === "success" || !Array.isArray(ids)) return [];
  const there = new Set(samples.map((sample) => String(member(sample, "id"))));
  return ids.filter((id) => !there.has(String(id)));
}

/**
 * The texts of some files in a ZIP archive, stored, deflated or by Zstandard; the others are not read.
 *
 * @throws InputError `E_DATA` for what is no archive, and for a file in it that is damaged, encrypted or too large.
 */
async function textsInZip(path: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const [{ default: yauzl }, { decompress }] = await Promise.all([import("yauzl"), import("fzstd")]);
  const texts = new Map<string, string>();
  const unpack = (packed: Uint8Array, method: number, size: number): Uint8Array => {
    if (method === 0) return packed;
    if (method === 8) return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
    // Without a buffer to fill, it takes the memory that the content claims.
    if (method === 93) return decompress(packed, new Uint8Array(size));
    throw new Error(`the compression of its files must be 0, 8 or 93, got ${method}`);
  };
  try {
    const zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false });
    try {
      for await (const entry of zip.eachEntry()) {
        const { fileName: name, uncompressedSize: size, compressedSize, compressionMethod: method } = entry;
        if (!names.includes(name)) continue;
        const most = Math.min(mostJsonBytes, 2 ** 24 + 1000 * compressedSize);
        if (Math.max(size, compressedSize) > most)
          throw new Error(`${name} must have at most ${most} bytes, got ${size} from ${compressedSize}`);
        if (entry.isEncrypted()) throw new Error(`${name} must not be encrypted`);
        const packed = await buffer(await zip.openReadStreamPromise(entry, { decodeFileData: false }));
        const bytes = unpack(packed, method, size);
        if (bytes.length !== size || crc32(bytes) !== entry.crc32)
          throw new Error(`${name} must have the ${size} bytes and the checksum that the archive says`);
        texts.set(name, new TextDecoder().decode(bytes));
      }
    } finally {
      zip.close();
    }
  } catch (cause) {
    throw new InputError(
      "E_DATA",
      `${path} must be a ZIP archive that can be read: ${(cause as Error).message}`,
      { cause },
    );
  }
  return texts;
}
