/** Tables of another trainer's results, drawn from a seed and yielded in pieces, for they may exceed a string's length. */
import { randomStream } from "@lorank/train/engine";

const RANKS = [4, 8, 16, 32];
const LINES_AT_ONCE = 20_000;

export type OutcomeColumn = "logLoss" | "label";

/** Outcomes of 4 ranks under 5 seeds, 9 in 10 of them correct. */
export function* outcomeRows(
  rows: number,
  form: "csv" | "jsonl",
  extra: readonly OutcomeColumn[],
): Generator<string> {
  const stream = randomStream(1, "bench-outcomes");
  const columns = ["rank", "seed", "example", "correct", ...extra];
  const line = (cells: readonly (string | number)[]): string =>
    form === "csv"
      ? cells.join(",")
      : JSON.stringify(Object.fromEntries(columns.map((c, i) => [c, cells[i]])));
  function* lines(): Generator<string> {
    if (form === "csv") yield columns.join(",");
    for (const rank of RANKS)
      for (let seed = 0; seed < 5; seed++)
        for (let example = 0; example < rows / RANKS.length / 5; example++) {
          const correct = stream.uniform() < 0.9 ? 1 : 0;
          const values = {
            logLoss: (correct === 1 ? 0.1 : 2) + stream.uniform() / 10,
            label: `class ${example % 7}`,
          };
          yield line([
            rank,
            seed,
            `validation-${example}`,
            correct,
            ...extra.map((column) => values[column]),
          ]);
        }
  }
  yield* pieces(lines());
}

/** One accuracy for each rank and seed: it rises with the rank up to a plateau, and a seed shifts all ranks. */
export function* scoreRows(ranks: number, seeds: number): Generator<string> {
  const stream = randomStream(1, "bench-scores");
  const shifts = Array.from({ length: seeds }, () => stream.uniform() / 50);
  function* lines(): Generator<string> {
    yield "rank,seed,accuracy";
    for (let rank = 1; rank <= ranks; rank++)
      for (const [seed, shift] of shifts.entries()) {
        const accuracy = 0.9 - 0.1 / rank + shift + stream.uniform() / 50;
        yield `${rank},${seed + 1},${accuracy.toFixed(5)}`;
      }
  }
  yield* pieces(lines());
}

function* pieces(lines: Iterable<string>): Generator<string> {
  let waiting: string[] = [];
  for (const line of lines) {
    waiting.push(line);
    if (waiting.length < LINES_AT_ONCE) continue;
    yield `${waiting.join("\n")}\n`;
    waiting = [];
  }
  yield waiting.join("\n");
}
