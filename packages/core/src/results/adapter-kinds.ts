/** Members of a trial's spec that choose a kind of adapter. Without any of them it is LoRA. */
export interface KindMembers {
  /**
   * Weight-decomposed (DoRA): a trained magnitude for each row of a weight besides A and B. Absent means no; false is
   * not written, so that a spec without it keeps its `trialId`.
   */
  readonly dora?: true;
}

/** The same as settings. (default false) */
export type KindChoice = { readonly [Key in keyof KindMembers]?: boolean | undefined };

/** A kind of adapter: what it trains, and which forms and programs it is refused by. */
export interface AdapterKind {
  readonly name: string;
  /** Whether each row of a weight has a trained magnitude. */
  readonly hasMagnitudes: boolean;
  /** Words for what is trained besides A and B; absent of LoRA. */
  readonly adds?: string;
  /** What A and B alone cannot hold: it has no portable form and no GGUF, and is merged instead. */
  readonly unportable?: string;
  /** What programs that serve adapters make of it. */
  readonly problems: { readonly [Program in "vLLM" | "llama.cpp"]?: string };
}

const lora: AdapterKind = { name: "LoRA", hasMagnitudes: false, problems: {} };

/** Kinds besides LoRA by the setting that chooses them. */
export const adapterKinds: Readonly<Record<keyof KindChoice, AdapterKind>> = {
  // Source: https://arxiv.org/abs/2402.09353
  dora: {
    name: "DoRA",
    hasMagnitudes: true,
    adds: "a magnitude a row",
    unportable: "magnitudes",
    problems: { vLLM: "refuses DoRA", "llama.cpp": "fails on DoRA's magnitudes" },
  },
};

const keys = Object.keys(adapterKinds) as (keyof KindChoice)[];

export function kindOf(choice: KindChoice): AdapterKind {
  const chosen = keys.find((key) => choice[key]);
  return chosen === undefined ? lora : adapterKinds[chosen];
}

/** The choice as a spec has it. */
export function kindMembers(choice: KindChoice): KindMembers {
  return Object.fromEntries(keys.filter((key) => choice[key]).map((key) => [key, true]));
}

/** Rule for the setting `portable`; undefined where adapters of the kind have a portable form. */
export function portableRule(choice: KindChoice): string | undefined {
  const { name, unportable } = kindOf(choice);
  return unportable && `false with ${name}, whose ${unportable} have no such form`;
}
