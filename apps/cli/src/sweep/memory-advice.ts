import type { Results } from "@lorank/evidence/results";

/** Advice for ranks that ran out of memory; undefined where none did. To run them again is a next step. */
export function memoryAdvice({ trials }: Pick<Results, "trials">): string | undefined {
  const lacking = trials.filter(({ status }) => status === "out-of-memory");
  if (lacking.length === 0) return undefined;
  const ranks = [...new Set(lacking.map(({ spec }) => spec.lora.rank))];
  return (
    `Out of memory: ${ranks.length === 1 ? "rank" : "ranks"} ${ranks.join(", ")}. What a rank takes, and what saves memory:\n` +
    `  lorank memory MODEL --ranks ${ranks.join(",")}\n` +
    "A smaller batch or a shorter length is another sweep (--out)."
  );
}
