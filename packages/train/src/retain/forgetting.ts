import type { SecondaryOutcome, SecondaryValues } from "@lorank/evidence/schema";

/** Retained texts' secondary outcome: what an adapter makes its base forget. */
const forgettingName = "forgetting";
/** Untouched base's own log losses on the retained texts, which a change is counted from. */
const baseName = "retained-log-loss";

/** Forgetting as a secondary outcome: the change of log loss, in nats per token. `limit`: a condition on its mean. */
export function forgettingOutcome(limit?: number): SecondaryOutcome {
  const outcome = { name: forgettingName, better: "lower", unit: "nats" } as const;
  return limit === undefined ? outcome : { ...outcome, limit };
}

/** Window of a retained text: tokens that a model reads at once. The id begins with the text's, up to a slash. */
export interface Window {
  readonly id: string;
  readonly inputIds: readonly number[];
}

/**
 * Log loss of each retained text in nats: the mean over all predicted tokens of its windows. The first token of a
 * window is not predicted.
 * @param losses mean log loss of each window.
 */
export function textLosses(windows: readonly Window[], losses: readonly number[]): number[] {
  const texts = new Map<string, { loss: number; tokens: number }>();
  for (const [i, { id, inputIds }] of windows.entries()) {
    const [text = id] = id.split("/");
    const sum = texts.get(text) ?? { loss: 0, tokens: 0 };
    const tokens = inputIds.length - 1;
    texts.set(text, { loss: sum.loss + losses[i]! * tokens, tokens: sum.tokens + tokens });
  }
  return [...texts.values()].map(({ loss, tokens }) => loss / tokens);
}

/** Values of an evaluation: each text's change from the base, or without `base` the base's own log losses. */
export function retentionOf(losses: readonly number[], base?: readonly number[]): SecondaryValues[] {
  if (base === undefined) return [{ name: baseName, values: losses }];
  if (base.length !== losses.length)
    throw new Error(`the base must have log losses of ${losses.length} retained texts, got ${base.length}`);
  return [{ name: forgettingName, values: losses.map((loss, text) => loss - base[text]!) }];
}

/** Base's log losses in an evaluation of the untouched base; undefined without retained texts. */
export function baseLossesIn(secondary: readonly SecondaryValues[] = []): readonly number[] | undefined {
  return secondary.find(({ name }) => name === baseName)?.values;
}
