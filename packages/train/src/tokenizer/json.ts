/** A part of `tokenizer.json` that has a kind: a normaliser, a pre-tokeniser, a post-processor. */
export interface Step {
  readonly type: string;
  readonly [option: string]: unknown;
}

/** The steps of a pre-tokeniser or normaliser: none, one, or those of a (nested) `Sequence` under `listKey`. */
export function flatten(step: unknown, listKey: string): Step[] {
  if (typeof step !== "object" || step === null) return [];
  const list = (step as Record<string, unknown>)[listKey];
  return Array.isArray(list) ? list.flatMap((inner) => flatten(inner, listKey)) : [step as Step];
}

/** What a `Split` or `Replace` looks for: `{ "String": … }` or `{ "Regex": … }`. */
export interface Pattern {
  readonly String?: string;
  readonly Regex?: string;
}
