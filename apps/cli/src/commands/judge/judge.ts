import { statSync } from "node:fs";
import { replaceFile } from "@lorank/checkpoint/disk";
import { counted, InputError, isInputError } from "@lorank/core";
import {
  type ReadAnswersOptions,
  type RunOfAnswers,
  type RunPlace,
  readAnswers,
  runPlaces,
} from "@lorank/evidence/node";
import { type Answer, type Judged, judgeAnswers, type Metric, parseMetric } from "@lorank/judge";
import { openJudgeFile, openScorer } from "@lorank/judge/node";
import type { Input } from "../../command.ts";
import { flagOf } from "../../flags/flag-names.ts";
import type { Messages, Page } from "../../output.ts";
import { assertOutFile } from "../../paths.ts";
import { progressLine } from "../../progress/progress.ts";
import { readResults } from "../../results/read-results.ts";
import { patternAdvice } from "../../results/read-runs.ts";
import { isSweepFolder } from "../../results/results-file.ts";
import { plainText, shellWord } from "../../text.ts";
import type { JudgeSettings } from "./command.ts";

interface RunAnswers extends Omit<RunOfAnswers, "answers"> {
  readonly answers: readonly Answer[];
  /** Number of each answer's group, where examples are not independent. */
  readonly groups?: readonly number[];
}

/** Answers that a sweep's trials generated. Throws InputError `E_ANSWERS` without any; `E_RESULTS` as `readResults`. */
function sweepAnswers(path: string): readonly RunAnswers[] {
  const { results, file } = readResults(path);
  const { questions = [], validationGroups: groups } = results.data;
  const runs = results.trials.flatMap(({ spec, evaluation }): RunAnswers[] => {
    const { answers } = evaluation ?? {};
    if (answers === undefined) return [];
    const named = answers.map(({ text, cut }, i) => ({
      ...{ example: String(i + 1), ...questions[i]!, answer: text },
      ...(cut ? { finish: "length" } : {}),
    }));
    return [{ file, rank: spec.lora.rank, seed: spec.seed, answers: named, ...(groups ? { groups } : {}) }];
  });
  if (runs.length > 0) return runs;
  const advice = "lorank sweep --metric equals has trials generate answers.";
  throw new InputError("E_ANSWERS", `${file} must have generated answers, got none\n${advice}`);
}

export async function answersIn(
  place: RunPlace,
  options: ReadAnswersOptions,
): Promise<readonly RunAnswers[]> {
  const { path } = place;
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new InputError(
      "E_ANSWERS",
      `answers must be a file, got the folder ${path}${patternAdvice([path], true)}`,
    );
  return readAnswers(place, { ...options, optionName: flagOf });
}

/**
 * CSV rows below the first row's member names. A text that a spreadsheet would run as a formula gets an apostrophe in
 * front. Source: https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvOf(rows: readonly object[]): string {
  const lines = [Object.keys(rows[0]!), ...rows.map((row): unknown[] => Object.values(row))];
  return lines.map((cells) => `${cells.map((cell) => csvCell(harmless(String(cell)))).join(",")}\n`).join("");
}

const csvCell = (cell: string): string =>
  /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

function harmless(cell: string): string {
  const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(cell);
  return /^[=+\-@\t\r]/.test(cell) && !isNumber ? `'${cell}` : cell;
}

export async function run(
  { settings, names: [paths] }: Input<JudgeSettings, readonly [answers: readonly string[]]>,
  output: Messages,
): Promise<JudgeDocument> {
  const { metric: texts, out, timeout: limitSeconds, encoding, delimiter, quote } = settings;
  const metrics = parsed(texts);
  if (out !== undefined) assertOutFile(out, "--out");
  const runs: RunAnswers[] = [];
  const needsReference = metrics.some(
    (metric) => metric.kind === "built-in" && metric.scorer.needs !== undefined,
  );
  const onNote = (note: string): void => output.note(plainText(note));
  if (paths.length === 1 && isSweepFolder(paths[0]!)) runs.push(...sweepAnswers(paths[0]!));
  else
    for (const place of runPlaces(paths))
      runs.push(...(await answersIn(place, { encoding, delimiter, quote, needsReference, onNote })));
  runs.sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0) || (a.seed ?? 0) - (b.seed ?? 0));
  assertOneSet(runs);
  const judged = await judgeRuns(runs, texts, limitSeconds, output);
  const outcomes = outcomesOf(judged, texts[0]!);
  if (out !== undefined) writeOutcomes(out, outcomes);
  const examples = new Set(outcomes.map(({ example }) => example)).size;
  return {
    runs: judged.map(({ answers, groups: _, judged: { answers: __, ...summary }, ...run }) => ({
      ...run,
      answers: answers.length,
      ...summary,
    })),
    ...(out !== undefined && { out }),
    examples,
    leftOut: new Set(judged.flatMap(({ answers }) => answers.map(({ example }) => example))).size - examples,
    notes: unfitMetrics(judged),
  };
}

export interface JudgeDocument {
  readonly runs: readonly RunSummary[];
  /** File of the outcomes. */
  readonly out?: string;
  /** Examples that have outcomes by the first metric. */
  readonly examples: number;
  /** Examples without outcomes, since a run leaves them out. */
  readonly leftOut: number;
  /** Sentences on metrics by which every answer is wrong. */
  readonly notes: readonly string[];
}

type RunSummary = Omit<RunAnswers, "answers"> & Omit<Judged, "answers"> & { readonly answers: number };

interface JudgedRun extends RunAnswers {
  readonly judged: Judged;
}

interface Outcome {
  readonly rank?: number;
  readonly seed?: number;
  readonly example: string;
  readonly correct: number;
  readonly group?: number;
}

function parsed(texts: readonly string[]): Metric[] {
  try {
    return texts.map(parseMetric);
  } catch (cause) {
    const { message } = cause as Error;
    throw new InputError("E_METRIC", message.replace(/^metric/, "--metric"), { cause });
  }
}

/** Checks for one file per run, and equal examples in all of them. Throws InputError `E_ANSWERS`. */
function assertOneSet(runs: readonly RunAnswers[]): void {
  const fileOf = new Map<string, string>();
  const contents = new Map<string, { readonly content: string; readonly file: string }>();
  if (runs.length === 1) return;
  for (const { file, rank, seed = 0, answers } of runs) {
    const advice = (): string =>
      patternAdvice(
        runs.map((run) => run.file),
        true,
      ) || "\nName the runs by a path such as 'runs/r{rank}-s{seed}/generated_predictions.jsonl'.";
    if (rank === undefined)
      throw new InputError("E_ANSWERS", `${file} must be of a run whose rank is known, got none${advice()}`);
    const run = `rank ${rank}, seed ${seed}`;
    const other = fileOf.get(run);
    if (other !== undefined)
      throw new InputError("E_ANSWERS", `${run} must have one file, got ${other} and ${file}${advice()}`);
    fileOf.set(run, file);
    for (const { example, prompt, reference } of answers) {
      const content = JSON.stringify([prompt, reference]);
      const first = contents.get(example);
      if (first === undefined) contents.set(example, { content, file });
      else if (first.content !== content) {
        const rule = `example ${example} must have the prompt and the reference that it has in ${first.file}`;
        throw new InputError("E_ANSWERS", `${file}: ${rule}, got others`);
      }
    }
  }
}

async function judgeRuns(
  runs: readonly RunAnswers[],
  metrics: readonly string[],
  limitSeconds: number | undefined,
  output: Messages,
): Promise<readonly JudgedRun[]> {
  const progress = progressLine(output);
  const opening = {
    openJudge: (path: string) => openJudgeFile(path, { limitSeconds }),
    openScorer: (metric: string) => openScorer(metric, { limitSeconds }),
  };
  try {
    const judged: JudgedRun[] = [];
    for (const run of runs) {
      const onJudged = (done: number, total: number): void =>
        progress.show(`judging ${run.file}, ${done} of ${total}`);
      const result = await judgeAnswers(run.answers, metrics, { ...opening, onJudged }).catch(
        (cause: Error) => {
          if (runs.length === 1 || !isInputError(cause)) throw cause;
          throw new InputError(cause.code, `${run.file}: ${cause.message}`, { cause });
        },
      );
      judged.push({ ...run, judged: result });
    }
    return judged;
  } finally {
    progress.end();
  }
}

function outcomesOf(runs: readonly JudgedRun[], metric: string): Outcome[] {
  const leftOut = new Set<string>();
  for (const { judged } of runs)
    for (const { example, values } of judged.answers) if (values[metric] === null) leftOut.add(example);
  return runs.flatMap(({ rank, seed = 0, groups, judged }) =>
    judged.answers
      .map(({ example, values }, i) => ({
        ...(rank === undefined ? {} : { rank, seed }),
        ...{ example, correct: values[metric]! },
        ...(groups ? { group: groups[i]! } : {}),
      }))
      .filter(({ example }) => !leftOut.has(example)),
  );
}

function writeOutcomes(out: string, outcomes: readonly Outcome[]): void {
  if (outcomes.length === 0)
    throw new InputError("E_ANSWERS", "outcomes must have an example that no run leaves out, got none");
  const isCsv = out.toLowerCase().endsWith(".csv");
  replaceFile(out, isCsv ? csvOf(outcomes) : outcomes.map((one) => `${JSON.stringify(one)}\n`).join(""));
}

/** Sentences on metrics that score every answer wrong, with a sample answer. */
function unfitMetrics(runs: readonly JudgedRun[]): string[] {
  const [first] = runs;
  const { example, answer, reference } = first!.answers[0]!;
  const shown = Object.entries({ answer, reference }).flatMap(([name, value]) => {
    const text = JSON.stringify(value);
    return text === undefined ? [] : `${name} ${text.length > 80 ? `${text.slice(0, 77)}...` : text}`;
  });
  return first!.judged.metrics
    .filter((_, i) => runs.every(({ judged }) => judged.metrics[i]!.mean === 0))
    .map(({ metric }) =>
      plainText(
        `By ${metric} every answer is wrong. Does it fit them? Example ${example}: ${shown.join(", ")}. ` +
          "lorank judge --help lists other metrics.",
      ),
    );
}

export function view({ runs, out, examples, leftOut, notes }: JudgeDocument, page: Page): void {
  const rows = runs.flatMap(({ metrics, ...run }) => metrics.map((summary) => ({ ...run, ...summary })));
  const cell = (member: "rank" | "seed" | "judged" | "empty" | "cut" | "cutBelowOne" | "leftOut") => {
    return (row: (typeof rows)[number]): string => String(row[member] ?? "");
  };
  page.table<(typeof rows)[number]>(
    [
      { title: "rank", cell: cell("rank") },
      { title: "seed", cell: cell("seed") },
      { title: "metric", align: "left", cell: ({ metric }) => plainText(metric) },
      { title: "mean", cell: ({ mean }) => mean?.toFixed(4) ?? "none" },
      { title: "answers", cell: cell("judged") },
      { title: "empty", cell: cell("empty") },
      { title: "cut", cell: cell("cut") },
      { title: "cut, below 1", cell: cell("cutBelowOne") },
      { title: "left out", cell: cell("leftOut") },
    ],
    rows,
  );
  for (const note of notes) page.print(`\n${note}`);
  const isOfRuns = runs[0]!.rank !== undefined;
  if (out !== undefined) {
    const of = `${isOfRuns ? `${counted(runs.length, "run")} on ` : ""}${counted(examples, "example")}`;
    page.print(`\nWritten ${out}: ${of}.${leftOut === 0 ? "" : ` ${counted(leftOut, "example")} left out.`}`);
    if (isOfRuns) page.print(`Next: lorank verdict ${shellWord(out)}`);
  } else if (runs.length > 1)
    page.print("\nNothing is written: -o outcomes.csv writes what lorank verdict reads.");
}
