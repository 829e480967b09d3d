import { hoursCell, timeAssumptions, timeSentence } from "@lorank/core/time";
import type { Page, TextColumn } from "../../output.ts";
import type { ModelMemory, RankMemory } from "./estimate.ts";

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
