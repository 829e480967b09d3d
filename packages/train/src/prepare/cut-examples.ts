import { counted, listInWords, wholeNumber } from "@lorank/core";
import type { Task } from "@lorank/evidence/schema";
import type { LongExamples } from "../data/load-dataset.ts";
import { mostCounted } from "../data/tokenize-classification.ts";

/** Counts of examples longer than the maximum length, by part, and the share that larger lengths would leave whole. */
export interface CutExamples {
  readonly train: number;
  readonly validation: number;
  /** Too long test examples; absent without test part. */
  readonly test?: number;
  /** Larger lengths within the model's positions, each with the share of examples it leaves whole. */
  readonly keeps: readonly { readonly maxLength: number; readonly share: number }[];
  /** Summary sentence if anything is cut, else empty. */
  readonly notes: readonly string[];
}

interface CutOptions extends CutLimits {
  readonly long: LongExamples;
  /** Example counts in training, validation, and test if any. */
  readonly counts: readonly number[];
}

interface CutLimits {
  readonly maxLength: number;
  readonly maxPositions?: number | undefined;
  readonly task: Task["kind"];
  readonly option: string;
}

interface Part {
  /** Part name, such as "training"; "" for an only part. */
  readonly name: string;
  /** Token counts before cutting, for the cut examples. */
  readonly long: readonly number[];
  readonly count: number;
}

const MOST = 0.95;

/** Counts cut examples, and proposes lengths that keep most or all whole. */
export function cutExamples({ long, counts, ...limits }: CutOptions): CutExamples {
  const parts: Part[] = [
    { name: "training", long: long.train, count: counts[0] ?? 0 },
    { name: "validation", long: long.validation, count: counts[1] ?? 0 },
    { name: "test", long: long.test ?? [], count: counts[2] ?? 0 },
  ];
  const keeps = lengthsToTry(parts, limits);
  return {
    train: long.train.length,
    validation: long.validation.length,
    ...(long.test === undefined ? {} : { test: long.test.length }),
    keeps,
    notes: cutNotes(parts, limits, keeps),
  };
}

/** Note on cut examples in data without parts; `long` has their token counts before cutting. */
export function cutNote(long: readonly number[], count: number, limits: CutLimits): string[] {
  const parts = [{ name: "", long, count }];
  return cutNotes(parts, limits, lengthsToTry(parts, limits));
}

function lengthsToTry(
  parts: readonly Part[],
  { maxLength, maxPositions = Number.POSITIVE_INFINITY }: CutLimits,
): CutExamples["keeps"] {
  const lengths = parts.flatMap(({ long }) => long).sort((a, b) => a - b);
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const whole = total - lengths.length;
  const reach = Math.min(maxPositions, mostCounted(maxLength));
  const most = lengths[Math.ceil(MOST * total) - whole - 1] ?? 0; // 0: most are whole already
  const tried = [...new Set([most, Math.min(lengths.at(-1) ?? 0, reach)])];
  return tried
    .filter((length) => length > maxLength && length <= reach)
    .map((length) => ({
      maxLength: length,
      share: (whole + lengths.filter((tokens) => tokens <= length).length) / total,
    }));
}

function cutNotes(
  parts: readonly Part[],
  { maxLength, maxPositions, task, option }: CutLimits,
  keeps: CutExamples["keeps"],
): string[] {
  // Instructions are left out if the prompt leaves no room for a response.
  const [noun, done] = task === "classification" ? ["text", "cut"] : ["example", "cut or left out"];
  const cut = parts
    .filter(({ long }) => long.length > 0)
    .map(({ name, long, count }) => {
      const what = name === "" ? noun : `${name} ${noun}`;
      return `${wholeNumber(long.length)} of ${counted(count, what)}`;
    });
  if (cut.length === 0) return [];
  const one = parts.reduce((sum, { long }) => sum + long.length, 0) === 1;
  const [first, ...rest] = keeps.map(({ maxLength, share }, i) => {
    const limit = share < 1 && maxLength === maxPositions ? ", the model's limit," : "";
    const tokens = wholeNumber(maxLength);
    return i === 0
      ? `${option} ${maxLength}${limit} keeps ${shareWords(share)} whole`
      : `${tokens}${limit} ${shareWords(share)}`;
  });
  const proposed =
    first === undefined
      ? maxPositions !== undefined && maxLength >= maxPositions
        ? "; the model has no more positions"
        : ""
      : `; ${[first, ...rest].join(", ")}`;
  return [
    `${listInWords(cut)} ${one ? "is" : "are"} longer than ${counted(maxLength, "token")} and ${one ? "is" : "are"} ${done}${proposed}.`,
  ];
}

/** Share in words, rounded down so that `all` means all. */
function shareWords(share: number): string {
  return share === 1 ? "all" : `${Math.floor(1000 * share + 1e-9) / 10} %`;
}
