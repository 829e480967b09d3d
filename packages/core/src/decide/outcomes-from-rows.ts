import { priorOfAgreement, priorOfLabels } from "./class-prior/class-prior.ts";
import { type OutcomeCell, type OutcomeTable, outcomeTable, throwOutcomeProblems } from "./outcomes.ts";

/** One line of any trainer's outcomes: what a rank, trained with a seed, did on one evaluation example. */
export interface Outcome {
  readonly rank: number;
  readonly seed: number;
  /** Names the example; the same name means the same example under every rank and seed. */
  readonly example: string | number;
  /** 1 if right, 0 if wrong, or a share between them. */
  readonly correct: number;
  /** Negative log probability of the truth, in nats; in all rows or in none. */
  readonly logLoss?: number;
  /** The true class of the example; in all rows or in none. It tells whether a rank is better than the class prior. */
  readonly label?: string | number;
}

interface Run {
  readonly rank: number;
  readonly seed: number;
  readonly rows: Map<string, Outcome>;
}

/**
 * Gathers outcomes that another trainer wrote as rows. Every rank and seed that occurs must have one row for each
 * example; a rank without any row for a seed counts as a run that is missing. All bad rows are reported at once, by
 * their number among the data rows, from 1.
 */
export function outcomesFromRows(rows: readonly Outcome[]): OutcomeTable {
  const problems: string[] = [];
  const runs = new Map<string, Run>();
  const examples = new Set<string>();
  const has = { logLoss: rows[0]?.logLoss !== undefined, label: rows[0]?.label !== undefined };
  const labels = new Map<string, string>();
  rows.forEach((row, index) => {
    const faults = rowFaults(row, has);
    const key = `${row.rank} ${row.seed}`;
    const run = runs.get(key) ?? { rank: row.rank, seed: row.seed, rows: new Map<string, Outcome>() };
    // A CSV reader gives 7 where a JSONL reader gives "7".
    const example = String(row.example);
    if (faults.length === 0 && run.rows.has(example)) {
      faults.push(
        `rank ${row.rank}, seed ${row.seed}, example ${quote(example)} must occur once, got it again`,
      );
    }
    const label = String(row.label);
    const known = labels.get(example) ?? label;
    if (faults.length === 0 && label !== known) {
      faults.push(
        `label of example ${quote(example)} must be ${quote(known)} in every row, got ${quote(label)}`,
      );
    }
    if (faults.length > 0) {
      problems.push(`row ${index + 1}: ${faults.join("; ")}`);
      return;
    }
    examples.add(example);
    labels.set(example, label);
    run.rows.set(example, row);
    runs.set(key, run);
  });
  // Only complete rows can tell which examples a run lacks.
  if (problems.length === 0) problems.push(...missingExamples(runs, examples));
  throwOutcomeProblems(problems);

  const order = [...examples];
  const cells = [...runs.values()].map((run): OutcomeCell => {
    const column = (pick: (row: Outcome) => number): Float64Array =>
      Float64Array.from(order, (example) => pick(run.rows.get(example)!));
    const correct = column((row) => row.correct);
    const { rank, seed } = run;
    return has.logLoss
      ? { rank, seed, correct, logLoss: column((row) => row.logLoss!) }
      : { rank, seed, correct };
  });
  const prior = has.label
    ? priorOfLabels(order.map((example) => labels.get(example)!))
    : priorOfAgreement(cells);
  return { ...outcomeTable(cells, [], order.length), ...(prior ? { prior } : {}) };
}

function rowFaults(row: Outcome, has: { readonly logLoss: boolean; readonly label: boolean }): string[] {
  const faults: string[] = [];
  const must = (holds: boolean, field: string, rule: string, value: unknown): void => {
    if (!holds) faults.push(`${field} must be ${rule}, got ${quote(value)}`);
  };
  const { rank, seed, example, correct, logLoss, label } = row;
  must(Number.isSafeInteger(rank) && rank >= 0, "rank", "a whole number of at least 0", rank);
  must(Number.isSafeInteger(seed), "seed", "a whole number", seed);
  must(isName(example), "example", "a name or a number", example);
  must(typeof correct === "number" && correct >= 0 && correct <= 1, "correct", "between 0 and 1", correct);
  if (has.label) {
    must(isName(label), "label", "a name or a number in every row", label);
  } else {
    must(label === undefined, "label", "in every row or in none (row 1 has none)", label);
  }
  if (has.logLoss) {
    const valid = typeof logLoss === "number" && Number.isFinite(logLoss) && logLoss >= 0;
    must(valid, "logLoss", "a number of at least 0 in every row", logLoss);
  } else {
    must(logLoss === undefined, "logLoss", "in every row or in none (row 1 has none)", logLoss);
  }
  return faults;
}

function isName(value: unknown): boolean {
  return typeof value === "string" ? value !== "" : typeof value === "number" && Number.isFinite(value);
}

function missingExamples(runs: ReadonlyMap<string, Run>, examples: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  for (const { rank, seed, rows } of runs.values()) {
    const missing = [...examples].filter((example) => !rows.has(example));
    if (missing.length === 0) continue;
    const more = missing.length > 1 ? ` and ${missing.length - 1} more` : "";
    problems.push(
      `rank ${rank}, seed ${seed} must have all ${examples.size} examples, lacks ${quote(missing[0])}${more}`,
    );
  }
  return problems;
}

function quote(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
