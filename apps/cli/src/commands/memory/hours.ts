/** Hours by rank, loaded where they are asked for. */
import { hoursCell, type TimeAnswer, timeAnswer, timeAssumptions, timeSentence } from "@lorank/core/time";
import { throwIfAny } from "../../errors.ts";
import type { Page, TextColumn } from "../../output.ts";
import type { MemoryFlags } from "./choices.ts";
import type { ModelMemory, RankMemory } from "./estimate.ts";

export { rankHours } from "@lorank/core/time";

export type TimeFlags = Pick<MemoryFlags, "tokens" | "examples" | "epochs" | "price">;

/** Counts the data that the flags name. Throws E_CONFIG with all problems. */
export function typedTime(
  { tokens, examples, epochs, price }: TimeFlags,
  context: Parameters<typeof timeAnswer>[1],
): TimeAnswer {
  throwIfAny([
    ...(tokens === undefined && examples === undefined
      ? ["--tokens or --examples must be there with --epochs and --price, got neither"]
      : []),
    ...(tokens !== undefined && examples !== undefined
      ? [`--examples must be left out with --tokens ${tokens}, got ${examples}`]
      : []),
  ]);
  const data = tokens === undefined ? { examples: examples! } : { tokens };
  return timeAnswer({ ...data, epochs, price }, context);
}

export const hoursColumns: readonly TextColumn<RankMemory>[] = [
  { title: "hours (likely)", cell: ({ time }) => hoursCell(time, "hours") },
  { title: "cost (likely)", cell: ({ time }) => hoursCell(time, "cost") },
];

export function hoursSentence(memory: ModelMemory): string | undefined {
  return memory.time && timeSentence(memory, memory.time);
}

/** Prints how far hours are to be trusted. */
export function printHours(output: Page, { time, results }: ModelMemory): void {
  const sentences = time === undefined ? [] : timeAssumptions(time, results);
  if (sentences.length === 0) return;
  output.say(sentences.join(" "), output.colours.dim);
  output.print();
}
