import type { Task } from "@lorank/core/results";
import { type LongExamples, mostCounted } from "../data/long-examples.ts";
import { counted } from "../data/words.ts";

/** How many examples are longer than the tokens that are read of them, and what a larger length would keep. */
export interface CutExamples {
  /** Examples of each part that are longer. */
  readonly train: number;
  readonly validation: number;
  /** Absent where no test examples are wanted. */
  readonly test?: number;
  /** Larger lengths that the model has positions for, with the share of all examples that each keeps whole. */
  readonly keeps: readonly { readonly maxLength: number; readonly share: number }[];
  /** All of that in a sentence; none where nothing is cut. */
  readonly notes: readonly string[];
}

export interface CutOptions {
  readonly long: LongExamples;
  /** Examples of each part: of training, validation and, where there is one, the test. */
  readonly counts: readonly number[];
  readonly maxLength: number;
  readonly maxPositions?: number | undefined;
  readonly task: Task["kind"];
  /** What `maxLength` is called. */
  readonly option: string;
}

/** Share that is meant by most examples. */
const MOST = 0.95;

/** Counts the examples that are cut, and proposes lengths: one for most of them, one for all or as many as can be. */
export function cutExamples(options: CutOptions): CutExamples {
  const { long } = options;
  const keeps = lengthsToTry(options);
  return {
    train: long.train.length,
    validation: long.validation.length,
    ...(long.test === undefined ? {} : { test: long.test.length }),
    keeps,
    notes: cutNotes(options, keeps),
  };
}

function lengthsToTry({
  long,
  counts,
  maxLength,
  maxPositions = Number.POSITIVE_INFINITY,
}: CutOptions): CutExamples["keeps"] {
  const lengths = [...long.train, ...long.validation, ...(long.test ?? [])].sort((a, b) => a - b);
  const total = counts.reduce((sum, count) => sum + count, 0);
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
  { long, counts, maxLength, maxPositions, task, option }: CutOptions,
  keeps: CutExamples["keeps"],
): string[] {
  // A prompt that leaves no room for its response is left out.
  const [noun, done] = task === "classification" ? ["text", "cut"] : ["example", "cut or left out"];
  const parts = [
    ["training", long.train, counts[0]],
    ["validation", long.validation, counts[1]],
    ["test", long.test ?? [], counts[2]],
  ] as const;
  const cut = parts.flatMap(([part, { length }, count = 0]) =>
    length === 0 ? [] : [`${length.toLocaleString("en-US")} of ${counted(count, `${part} ${noun}`)}`],
  );
  if (cut.length === 0) return [];
  const one = long.train.length + long.validation.length + (long.test?.length ?? 0) === 1;
  const [first, ...rest] = keeps.map(({ maxLength, share }, i) => {
    const limit = share < 1 && maxLength === maxPositions ? ", the model's limit," : "";
    const tokens = maxLength.toLocaleString("en-US");
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
    `${listed(cut)} ${one ? "is" : "are"} longer than ${counted(maxLength, "token")} and ${one ? "is" : "are"} ${done}${proposed}.`,
  ];
}

/** Never rounded up: `all` is said of all. */
function shareWords(share: number): string {
  return share === 1 ? "all" : `${Math.floor(1000 * share + 1e-9) / 10} %`;
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
