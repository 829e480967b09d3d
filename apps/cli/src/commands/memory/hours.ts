import { type TimeAnswer, timeAnswer } from "@lorank/core/time";
import { throwIfAny } from "../../errors.ts";
import type { MemoryFlags } from "./choices.ts";

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
