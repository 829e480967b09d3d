import { profileOf, type StackSettings } from "@lorank/core/memory";
import { memoryDefaults as d, memoryNames } from "@lorank/core/memory-names";
import { firstModel, models } from "./models.ts";

/** One field of the form. Its values are texts, as the form has them. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** The values of a choice; without them the field is free text. */
  readonly choices?: readonly string[];
  readonly lines?: number;
  /** The flag of `lorank memory`; none for what the command takes otherwise. */
  readonly flag?: string;
}

/** What the form holds, by the fields' names. */
export type FormValues = Readonly<Record<string, string>>;

/** In the model's place: the config below. */
export const pasted = "the config.json below";

export const fieldGroups: readonly (readonly [heading: string, fields: readonly Field[]])[] = [
  [
    "Model and adapter",
    [
      {
        name: "model",
        label: "Model",
        value: firstModel,
        choices: [...models.map(({ name }) => name), pasted],
      },
      { name: "config", label: "config.json of another model", value: "", lines: 4 },
      { name: "ranks", label: "Ranks", value: d.ranks.join(), flag: "--ranks" },
      { name: "targets", label: "Layers with an adapter", value: "all-linear", flag: "--targets" },
      { name: "base", label: "Base in", value: d.base, choices: memoryNames.base, flag: "--base" },
      { name: "method", label: "Method", value: d.method, choices: memoryNames.method, flag: "--method" },
      { name: "labels", label: "Classes of a trained head (empty: none)", value: "", flag: "--labels" },
    ],
  ],
  [
    "Batch and card",
    [
      {
        name: "microBatch",
        label: "Micro-batch, sequences",
        value: String(d.microBatch),
        flag: "--micro-batch",
      },
      { name: "seq", label: "Length, tokens (8k is 8192)", value: String(d.seq), flag: "--seq" },
      { name: "gpu", label: "Card, as t4, 24GB or 40GiB (empty: none)", value: "24GB", flag: "--gpu" },
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
      ...settingFields(profileOf(d.profile).settings),
    ],
  ],
];

export const fields: readonly Field[] = fieldGroups.flatMap(([, each]) => each);

/** Tells if a base in this format is not quantised. */
export function isFloat(base: string): boolean {
  return memoryNames.adapterDtype.some((each) => each === base);
}

/** The fields of a stack's settings with their values. */
export function settingFields(settings: StackSettings): Field[] {
  const choice = (
    name: keyof StackSettings,
    label: string,
    flag: string,
    choices?: readonly string[],
  ): Field => ({ name, label, flag, value: String(settings[name]), ...(choices && { choices }) });
  return [
    choice("variant", "Adapter", "--variant", memoryNames.variant),
    choice("loss", "Loss", "--loss", memoryNames.loss),
    choice("attention", "Attention", "--attention", memoryNames.attention),
    choice("checkpointing", "Checkpointing", "--checkpointing", memoryNames.checkpointing),
    choice("optimizer", "Optimiser", "--optimizer", memoryNames.optimizer),
    choice("adapterDtype", "Adapter in", "--adapter-dtype", memoryNames.adapterDtype),
    choice("dropout", "Adapter dropout", "--dropout"),
    choice("kbitPrepare", "Preparation for k-bit training", "--kbit-prepare", ["false", "true"]),
    choice("bnbVersion", "bitsandbytes", "--bnb-version"),
    choice("packing", "Packing", "--packing", ["false", "true"]),
    choice("compile", "Compiled blocks", "--compile", ["false", "true"]),
    choice("accumulation", "Several passes a step", "--accumulation", ["false", "true"]),
  ];
}
