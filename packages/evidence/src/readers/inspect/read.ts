import { createHash } from "node:crypto";
import { InputError } from "@lorank/core";
import { jsonFile, mostJsonBytes } from "../files/json-file.ts";
import { chosenName } from "../format.ts";
import { Averages } from "../rows/averages.ts";
import { addScored, groupIn, jsonOf, member, wholeIn } from "../rows/json-values.ts";
import type { OutcomeChoices } from "../rows/row-choices.ts";
import type { Rows } from "../rows/rows.ts";
import { JsonItems } from "./json-items.ts";
import { readZip } from "./zip-entries.ts";

/** Correctness by letter grade, as in Inspect's accuracy(). */
const grades: ReadonlyMap<unknown, number> = new Map([
  ["C", 1],
  ["I", 0],
  ["P", 0.5],
  ["N", 0],
]);

/** Largest log header read, in bytes: far above a log without samples. */
const mostHeaderBytes = 2 ** 24;

interface Log {
  readonly header: unknown;
  readSamples(onSample: (sample: unknown, index: number) => void): Promise<void>;
}

export async function readInspect(path: string, rows: Rows, choices: OutcomeChoices): Promise<void> {
  const read = (log: Log): Promise<void> => readLog(path, log, rows, choices);
  await (path.toLowerCase().endsWith(".json") ? read(logInJson(path)) : readInZip(path, read));
}

/** Samples are read twice, first for score names: only outcomes stay in memory. */
async function readLog(
  path: string,
  { header, readSamples }: Log,
  rows: Rows,
  choices: OutcomeChoices,
): Promise<void> {
  const rank =
    wholeIn(member(header, "eval", "metadata", "rank")) ??
    wholeIn(member(header, "eval", "task_args", "rank"));
  const names = new Set<string>();
  await readSamples((sample) => {
    for (const name of scoresOf(sample).keys()) names.add(name);
  });
  if (names.size === 0) throw new InputError("E_OUTCOMES", `${path} must have samples with scores, got none`);
  const score = chosenName("--score", path, names, choices.score);
  const means = new Averages(rows);
  const missing = idsOf(header);
  let samples = 0;
  await readSamples((sample, i) => {
    samples = i + 1;
    const example = member(sample, "id");
    missing.delete(String(example));
    const value = scoresOf(sample).get(score);
    const row = { rank, example, content: contentOf(sample) };
    const failure = failureOf(sample) ?? (value == null ? `${score} did not score it` : undefined);
    if (failure !== undefined) means.add({ ...row, failure }, i + 1);
    else {
      const what = `metadata of ${path}, sample ${i + 1}`;
      const groupOf = () => groupIn(member(sample, "metadata"), choices.groupColumn, what);
      addScored(means, row, i + 1, { name: score, value, groupOf });
    }
  });
  for (const example of missing.values())
    means.add({ rank, example, failure: `the log ended as ${member(header, "status")}` }, samples + 1);
  means.finish();
}

function logInJson(path: string): Log {
  const header = jsonFile(path);
  const samples = member(header, "samples");
  if (!Array.isArray(samples))
    throw new InputError("E_DATA", `${path} must have a list of samples, got ${typeof samples}`);
  return { header, readSamples: async (onSample) => samples.forEach(onSample) };
}

/** Summaries suffice; samples are many times as large. */
async function readInZip(path: string, read: (log: Log) => Promise<void>): Promise<void> {
  const names = ["header.json", "summaries.json"] as const;
  const [headerName, samplesName] = names;
  await readZip(path, names, async (entries) => {
    for (const name of names)
      if (!entries.has(name))
        throw new InputError(
          "E_DATA",
          `${path} must have a ${name}, as every log has that has ended, got none`,
        );
    const decoder = new TextDecoder();
    let text = "";
    await entries.unpack(headerName, mostHeaderBytes, (piece) => {
      text += decoder.decode(piece, { stream: true });
    });
    await read({
      header: jsonOf(text + decoder.decode(), `${headerName} in ${path}`),
      readSamples: async (onSample) => {
        const items = new JsonItems(`${samplesName} in ${path}`, onSample);
        await entries.unpack(samplesName, mostJsonBytes, (piece) => items.take(piece));
        items.end();
      },
    });
  });
}

/** Scores in a sample; a scorer with several has `scorer/key`. */
function scoresOf(sample: unknown): Map<string, unknown> {
  const scores = (member(sample, "scores") ?? {}) as Record<string, unknown>;
  return new Map(
    Object.entries(scores).flatMap(([scorer, score]): [string, unknown][] => {
      const value = member(score, "value");
      if (typeof value !== "object" || value === null) return [[scorer, ofGrade(value)]];
      return Object.entries(value).map(([key, inner]) => [`${scorer}/${key}`, ofGrade(inner)]);
    }),
  );
}

function ofGrade(value: unknown): unknown {
  return grades.get(value) ?? value;
}

/** Sample error: a text, or an object in `.json`. */
function failureOf(sample: unknown): string | undefined {
  const error = member(sample, "error");
  if (error == null) return undefined;
  return String(typeof error === "object" ? member(error, "message") : error);
}

/** Digest over the input's beginning, as in summaries; messages count by their texts alone, since ids are random. */
function contentOf(sample: unknown): string | undefined {
  const input = member(sample, "input");
  const texts = Array.isArray(input) ? input.map((message) => member(message, "content")) : [input];
  if (!texts.every((text) => typeof text === "string")) return undefined;
  const content = texts.map((text) => text.slice(0, 1000)).join("\n");
  return createHash("sha256").update(content).digest("base64");
}

/** Sample ids that a log lacks if it ended early; else empty. */
function idsOf(header: unknown): Map<string, unknown> {
  const ids = member(header, "eval", "dataset", "sample_ids");
  const isEarly = member(header, "status") !== "success" && Array.isArray(ids);
  return new Map(isEarly ? ids.map((id) => [String(id), id]) : []);
}
