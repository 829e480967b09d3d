import type { Results } from "@lorank/core/results";
import { resumeWords, shellCommand } from "../settings/saved-settings.ts";

/** Advice for ranks that ran out of memory, and how to run them again; undefined where none did. */
export function memoryAdvice({ trials }: Pick<Results, "trials">, out: string): string | undefined {
  const lacking = trials.filter(({ status }) => status === "out-of-memory");
  if (lacking.length === 0) return undefined;
  const ranks = [...new Set(lacking.map(({ spec }) => spec.lora.rank))];
  return (
    `Out of memory: ${ranks.length === 1 ? "rank" : "ranks"} ${ranks.join(", ")}. What a rank takes, and what saves memory:\n` +
    `  lorank memory MODEL --ranks ${ranks.join(",")}\n` +
    "A smaller batch or a shorter length is another sweep (--out). With more memory, as on another card or with fewer --jobs:\n" +
    `  ${shellCommand([...resumeWords(out), "--retry-out-of-memory"])}`
  );
}
