import { existsSync } from "node:fs";
import { commitOnce } from "@lorank/checkpoint/disk";
import { InputError } from "@lorank/core";
import type { RunOfRows } from "@lorank/evidence/node";
import { evaluationOf, type RunOutcomes, readRun } from "@lorank/evidence/node";
import { canonicalJson, type Evaluation, type MetricName, metricOf } from "@lorank/evidence/schema";
import { type Examples, readExamples } from "./example-files.ts";

interface EvaluationRules {
  readonly reference: string;
  readonly metric: MetricName;
}

/**
 * Reads a run's outcomes, written by a user's command, sorted by the first run's examples.
 *
 * @param file a trainer's `outcomes.csv` or `.jsonl`.
 * @throws InputError `E_OUTCOMES` that names the file and the line, and as `readOutcomes`.
 */
export async function evaluationFrom(
  file: string,
  run: RunOfRows,
  { reference, metric }: EvaluationRules,
): Promise<Evaluation> {
  const outcomes = await readRun(file, run, metric);
  const { column } = metricOf(metric);
  if (outcomes[column] === undefined)
    throw new InputError("E_OUTCOMES", `${file} must have a ${column} for the metric ${metric}, got none`);
  if (outcomes.groups && new Set(outcomes.groups).size < 2)
    throw new InputError("E_OUTCOMES", `${file} must have examples of two or more groups, got 1`);
  return evaluationOf(outcomes, orderOfExamples(outcomes, { file, reference }));
}

type RunExamples = Pick<RunOutcomes, "examples" | "lines" | "labels" | "groups">;

/**
 * Order of a run's examples in which all runs have theirs. The first run's examples become the file `reference`.
 *
 * @throws InputError `E_OUTCOMES` for other examples than the first run's.
 */
export function orderOfExamples(
  outcomes: RunExamples,
  files: { readonly file: string; readonly reference: string },
): readonly number[] {
  const own = sorted(outcomes);
  const bytes = Buffer.from(`${canonicalJson(own.examples)}\n`);
  if (!existsSync(files.reference)) commitOnce(bytes, files.reference);
  assertSame(outcomes, own, readExamples(files.reference)!, files);
  return own.order;
}

interface Sorted {
  readonly order: readonly number[];
  readonly examples: Examples;
}

function sorted({ examples, labels, groups }: RunExamples): Sorted {
  const order = examples.map((_, i) => i).sort((a, b) => inOrder(examples[a]!, examples[b]!));
  return {
    order,
    examples: {
      examples: order.map((i) => examples[i]!),
      ...(labels ? { labels: order.map((i) => labels[i]!) } : {}),
      ...(groups ? { groups: order.map((i) => groups[i]!) } : {}),
    },
  };
}

function assertSame(
  { examples, lines }: RunExamples,
  { order, examples: own }: Sorted,
  common: Examples,
  { file, reference }: { readonly file: string; readonly reference: string },
): void {
  const known = new Map(common.examples.map((example, i) => [example, i]));
  const advice =
    `All runs must be evaluated on the same examples, which ${reference} has from the first. ` +
    "If that was wrong, delete this file and the results.";
  const fail = (words: string): never => {
    throw new InputError("E_OUTCOMES", `${file}${words}\n${advice}`);
  };
  const extra = examples.findIndex((example) => !known.has(example));
  if (extra !== -1)
    fail(
      `, line ${lines[extra]}: example must be one of the other runs', got ${JSON.stringify(examples[extra])}`,
    );
  if (examples.length < common.examples.length) {
    const there = new Set(examples);
    const first = common.examples.find((example) => !there.has(example))!;
    const more = common.examples.length - examples.length - 1;
    fail(
      ` must have all ${common.examples.length} examples of the other runs, lacks ${JSON.stringify(first)}${more > 0 ? ` and ${more} more` : ""}`,
    );
  }
  for (const field of ["label", "group"] as const) {
    const [names, ownNames] = [common[`${field}s`], own[`${field}s`]];
    const wrong = names?.findIndex((name, i) => name !== ownNames?.[i]) ?? -1;
    if (wrong !== -1)
      fail(
        `, line ${lines[order[wrong]!]}: ${field} of example ${JSON.stringify(own.examples[wrong])} must be ${JSON.stringify(names![wrong])}, ` +
          `as in the other runs, got ${ownNames ? JSON.stringify(ownNames[wrong]) : "none"}`,
      );
  }
}

/** Comparison of example ids, for the first run's order: whole numbers by size, then others by characters. */
function inOrder(a: string, b: string): number {
  const [x, y] = [numberIn(a), numberIn(b)];
  return x - y || (a < b ? -1 : a > b ? 1 : 0);
}

function numberIn(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.MAX_SAFE_INTEGER;
}
