/** Members of a trial's spec that choose a kind of adapter; LoRA without any of them. */
export interface KindMembers {
  /**
   * Weight-decomposed (DoRA): a trained magnitude for each row of a weight, in addition to A and B. Absent means no;
   * false is not written, so that a spec without it has an unchanged `trialId`.
   */
  readonly dora?: true;
}

/** Settings that choose a kind of adapter (default false). */
export type KindChoice = { readonly [Key in keyof KindMembers]?: boolean | undefined };

/** A kind of adapter: its trained tensors, and the forms and programs that do not support it. */
export interface AdapterKind {
  readonly name: string;
  /** Each row of a weight has a trained magnitude. */
  readonly hasMagnitudes: boolean;
  /** Words for tensors trained in addition to A and B; absent for LoRA. */
  readonly adds?: string;
  /** Words for tensors that the portable form and GGUF lack; such an adapter is merged instead. */
  readonly unportable?: string;
  /** Problems of programs that serve adapters. */
  readonly problems: { readonly [Program in "vLLM" | "llama.cpp"]?: string };
}

const lora: AdapterKind = { name: "LoRA", hasMagnitudes: false, problems: {} };

/** Kinds other than LoRA by the setting that chooses them. */
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

/** Converts settings to members of a spec. */
export function kindMembers(choice: KindChoice): KindMembers {
  return Object.fromEntries(keys.filter((key) => choice[key]).map((key) => [key, true]));
}

/** Rule for the setting `portable`; undefined if adapters of the kind have a portable form. */
export function portableRule(choice: KindChoice): string | undefined {
  const { name, unportable } = kindOf(choice);
  return unportable && `false with ${name}, whose ${unportable} have no such form`;
}
