/** Spec members for an adapter kind; LoRA without any. */
export interface KindMembers {
  /**
   * Weight-decomposed (DoRA): a trained magnitude for each weight row, in addition to A and B. Absent means no; false
   * is not written, so that a spec without it has an unchanged `trialId`.
   */
  readonly dora?: true;
}

/** Settings for an adapter kind (default false). */
export type KindChoice = { readonly [Key in keyof KindMembers]?: boolean | undefined };

export interface AdapterKind {
  readonly name: string;
  readonly members: KindMembers;
  readonly hasMagnitudes: boolean;
  /** Words for the tensors that the kind adds to A and B; absent for LoRA. */
  readonly adds?: string;
  /** Words for tensors that the portable form and GGUF lack, so that such an adapter is merged. */
  readonly unportable?: string;
  /** Rule that refuses `portable: true`, in errors; absent if the kind has a portable form. */
  readonly portableRule?: string;
  readonly problems: { readonly [Program in "vLLM" | "llama.cpp"]?: string };
}

const lora: AdapterKind = { name: "LoRA", members: {}, hasMagnitudes: false, problems: {} };

/** Adapter kinds other than LoRA, by their setting. */
export const adapterKinds: Readonly<Record<keyof KindChoice, AdapterKind>> = {
  // DoRA source: https://arxiv.org/abs/2402.09353
  dora: {
    name: "DoRA",
    members: { dora: true },
    hasMagnitudes: true,
    adds: "a magnitude a row",
    unportable: "magnitudes",
    portableRule: "false with DoRA, whose magnitudes have no such form",
    problems: { vLLM: "refuses DoRA", "llama.cpp": "fails on DoRA's magnitudes" },
  },
};

const keys = Object.keys(adapterKinds) as (keyof KindChoice)[];

export function kindOf(choice: KindChoice): AdapterKind {
  const chosen = keys.find((key) => choice[key]);
  return chosen === undefined ? lora : adapterKinds[chosen];
}
