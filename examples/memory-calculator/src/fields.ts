import { type BaseFormatName, profileOf, type StackSettings, settingsOn } from "@lorank/core/memory";
import { memoryDefaults as d, memoryNames } from "@lorank/core/memory-names";

/** One field of the form. Its values are texts, as the form has them. */
export interface Field {
  readonly name: string;
  readonly label: string;
  /** Value when the page opens. */
  readonly value: string;
  /** Values of a choice, some with other words for people; without them the field is free text. */
  readonly choices?: readonly (string | readonly [value: string, words: string])[];
  /** Name of a list of suggestions for free text. */
  readonly list?: "models" | "cards";
  /** What may be typed, in a few words. */
  readonly hint?: string;
  readonly lines?: number;
  readonly inputMode?: "numeric" | "decimal";
  readonly disabled?: true;
  /** The flag of `lorank memory`; none for what the command takes otherwise. */
  readonly flag?: string;
}

/** What the form holds, by the fields' names. A disabled field has no value. */
export type FormValues = Readonly<Record<string, string>>;

/** In the model's place: the config below. */
export const pasted = "the config.json below";

/** What the page opens on: it fits. */
const opens = { model: "meta-llama/Llama-3.1-8B", method: "qlora", base: "nf4-dq", gpu: "24GB" } as const;

const noOrYes = [
  ["false", "no"],
  ["true", "yes"],
] as const;

export const fieldGroups: readonly (readonly [heading: string, fields: readonly Field[]])[] = [
  [
    "Model and card",
    [
      { name: "model", label: "Model", value: opens.model, list: "models", hint: "type to search" },
      {
        name: "config",
        label: "Text of config.json",
        value: "",
        lines: 4,
      },
      {
        name: "method",
        label: "Method",
        value: opens.method,
        choices: [
          ["lora", "LoRA"],
          ["qlora", "QLoRA"],
          ["full", "full fine-tuning"],
          ["compare", "all three side by side"],
        ],
        flag: "--method",
      },
      {
        name: "ranks",
        label: "Ranks",
        value: d.ranks.join(),
        hint: "with commas between",
        flag: "--ranks",
      },
      {
        name: "gpu",
        label: "Card",
        value: opens.gpu,
        list: "cards",
        hint: "T4, 24GB; empty: none",
        flag: "--gpu",
      },
      {
        name: "count",
        label: "Number of cards",
        value: "1",
        inputMode: "numeric",
        hint: "each has its own batch",
      },
      {
        name: "strategy",
        label: "Several cards share",
        value: "ddp",
        choices: [
          ["ddp", "nothing (ddp)"],
          ["zero1", "optimiser states (zero1)"],
          ["zero2", "gradients too (zero2)"],
          ["zero3", "weights too (zero3)"],
          ["fsdp", "weights too (fsdp)"],
        ],
        disabled: true,
        flag: "--strategy",
      },
    ],
  ],
  [
    "Batch and adapter",
    [
      {
        name: "microBatch",
        label: "Micro-batch",
        value: String(d.microBatch),
        inputMode: "numeric",
        hint: "sequences in one pass",
        flag: "--micro-batch",
      },
      { name: "seq", label: "Length", value: String(d.seq), hint: "tokens; 8k is 8192", flag: "--seq" },
      {
        name: "targets",
        label: "Layers with an adapter",
        value: "all-linear",
        hint: "or names: q_proj,v_proj",
        flag: "--targets",
      },
      { name: "base", label: "Base in", value: opens.base, choices: memoryNames.base, flag: "--base" },
      {
        name: "labels",
        label: "Classes of a head",
        value: "",
        inputMode: "numeric",
        hint: "empty: no such head",
        flag: "--labels",
      },
    ],
  ],
  [
    "Hours and cost",
    [
      {
        name: "examples",
        label: "Number of examples",
        value: "",
        inputMode: "numeric",
        hint: "each of the length; empty: no hours",
        flag: "--examples",
      },
      {
        name: "epochs",
        label: "Epochs",
        value: "",
        inputMode: "decimal",
        hint: "empty: 1",
        flag: "--epochs",
      },
      {
        name: "price",
        label: "Price of a card's hour",
        value: "",
        inputMode: "decimal",
        hint: "in your currency",
        flag: "--price",
      },
    ],
  ],
  [
    "Stack",
    [
      {
        name: "profile",
        label: "Profile",
        value: d.profile,
        choices: memoryNames.profile,
        flag: "--profile",
      },
      ...settingFields(settingsOf(d.profile, opens.method, opens.base)),
    ],
  ],
];

export const fields: readonly Field[] = fieldGroups.flatMap(([, each]) => each);

/** The form as it opens. */
export const openingValues: FormValues = Object.fromEntries(
  fields.filter(({ disabled }) => disabled !== true).map(({ name, value }) => [name, value]),
);

/** Tells if a base in this format is not quantised. */
export function isFloat(base: string): boolean {
  return memoryNames.adapterDtype.some((each) => each === base);
}

/** Settings of a profile on a base, for QLoRA with what its guides set. */
export function settingsOf(
  name: string,
  method: string | undefined,
  base: BaseFormatName = d.base,
): StackSettings {
  const profile = profileOf(name);
  return { ...settingsOn(profile, base), ...(method === "qlora" && profile.qlora) };
}

/** Tests if a field is a setting that is on or off. */
export function isSwitch(name: string): boolean {
  const settings = settingsOf(d.profile, undefined);
  return typeof settings[name as keyof StackSettings] === "boolean";
}

/** The fields of a stack's settings with their values. */
export function settingFields(settings: StackSettings): Field[] {
  const field = (
    name: keyof StackSettings,
    label: string,
    flag: string,
    more: Pick<Field, "choices" | "hint" | "inputMode">,
  ): Field => ({ name, label, flag, value: String(settings[name]), ...more });
  const { variant, loss, attention, checkpointing, optimizer, adapterDtype, loraKernels } = memoryNames;
  return [
    field("variant", "Adapter", "--variant", { choices: variant }),
    field("loss", "Loss", "--loss", { choices: loss }),
    field("attention", "Attention", "--attention", { choices: attention }),
    field("checkpointing", "Checkpointing", "--checkpointing", { choices: checkpointing }),
    field("optimizer", "Optimiser", "--optimizer", { choices: optimizer }),
    field("adapterDtype", "Adapter in", "--adapter-dtype", { choices: adapterDtype }),
    field("loraKernels", "LoRA kernels", "--lora-kernels", { choices: loraKernels }),
    field("fusedNorms", "Fused norms", "--fused-norms", { choices: noOrYes }),
    field("dropout", "Adapter dropout", "--dropout", { hint: "0 to below 1", inputMode: "decimal" }),
    field("kbitPrepare", "Prepared for k-bit training", "--kbit-prepare", { choices: noOrYes }),
    field("bnbVersion", "bitsandbytes", "--bnb-version", { hint: "a version" }),
    field("packing", "Packing", "--packing", { choices: noOrYes }),
    field("padding", "Padding, masked", "--padding", { choices: noOrYes }),
    field("compile", "Compiled blocks", "--compile", { choices: noOrYes }),
    field("accumulation", "Several passes a step", "--accumulation", { choices: noOrYes }),
  ];
}
