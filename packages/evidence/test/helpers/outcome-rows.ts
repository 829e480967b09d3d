import fc from "fast-check";
import type { Mutator } from "../../../../scripts/attack/mutate.ts";
import { mutatedLines } from "../../../../scripts/attack/mutate.ts";

export type OutcomeRow = Readonly<Record<string, string | number>>;

export function csv(all: readonly OutcomeRow[]): string {
  return [Object.keys(all[0]!), ...all.map((row) => Object.values(row))]
    .map((row) => row.map(csvCell).join(","))
    .join("\n");
}

function csvCell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function jsonLines(all: readonly OutcomeRow[]): string {
  return all.map((row) => JSON.stringify(row)).join("\n");
}

const largest = Number.MAX_SAFE_INTEGER;
const drawn = <T>(...values: readonly T[]) => fc.constantFrom(...values);

/** Tables that a decision can be given on, with what is at the edge of being one. */
const tables = fc.record({
  ranks: fc.uniqueArray(drawn(0, 1, 2, 4, 8, 64, 1e6, largest), { minLength: 1, maxLength: 4 }),
  seeds: fc.uniqueArray(drawn(-1, 0, 1, 7, 2 ** 32, largest), { minLength: 1, maxLength: 3 }),
  examples: fc.uniqueArray(
    fc.oneof(drawn("__proto__", "constructor", "a,b", '"', "1"), fc.string({ minLength: 1, maxLength: 6 })),
    { minLength: 1, maxLength: 12 },
  ),
  shares: fc.array(drawn(0, 1, 1, 0.5, 1e-300, 1 - 2 ** -53), { minLength: 1, maxLength: 7 }),
  losses: fc.array(drawn(0, 5e-324, 0.1, 0.7, 2, 745, 1e9), { minLength: 1, maxLength: 7 }),
  labels: fc.option(fc.array(drawn("ham", "spam", "__proto__", "é"), { minLength: 1, maxLength: 3 })),
  withLoss: fc.boolean(),
});

/** Draws a table in place of the original; one of three is changed as text too. */
export function drawnOutcomes(write: (rows: readonly OutcomeRow[]) => string): Mutator {
  return (_, random) => {
    const [table] = fc.sample(tables, { numRuns: 1, seed: random.below(2 ** 31) });
    const { ranks, seeds, examples, shares, losses, labels, withLoss } = table!;
    let at = 0;
    const rows = ranks.flatMap((rank) =>
      seeds.flatMap((seed) =>
        examples.map((example, i) => ({
          ...{ rank, seed, example, correct: shares[at++ % shares.length]! },
          ...(withLoss ? { logLoss: losses[at % losses.length]! } : {}),
          ...(labels === null ? {} : { label: labels[i % labels.length]! }),
        })),
      ),
    );
    const text = Buffer.from(write(rows));
    return random.below(3) === 0 ? mutatedLines(text, random) : text;
  };
}
