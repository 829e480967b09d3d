import {
  attentionKinds,
  baseFormatNames,
  checkpointingKinds,
  lossKinds,
  memoryMethods,
  optimizerNames,
  profileNames,
  profileOf,
  type StackSettings,
} from "@lorank/core/memory";
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

export const firstProfile = "peft";

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
      { name: "ranks", label: "Ranks", value: "4,8,16,32,64", flag: "--ranks" },
      { name: "targets", label: "Layers with an adapter", value: "all-linear", flag: "--targets" },
      { name: "base", label: "Base in", value: "bf16", choices: baseFormatNames, flag: "--base" },
      { name: "method", label: "Method", value: "lora", choices: memoryMethods, flag: "--method" },
      { name: "labels", label: "Classes of a trained head (empty: none)", value: "", flag: "--labels" },
    ],
  ],
  [
    "Batch and card",
    [
      { name: "microBatch", label: "Micro-batch, sequences", value: "1", flag: "--micro-batch" },
      { name: "seq", label: "Length, tokens", value: "1024", flag: "--seq" },
      { name: "gpu", label: "Card, as 24GB or 40GiB (empty: none)", value: "24GB", flag: "--gpu" },
    ],
  ],
  [
    "Stack",
    [
      { name: "profile", label: "Profile", value: firstProfile, choices: profileNames, flag: "--profile" },
      ...settingFields(profileOf(firstProfile).settings),
    ],
  ],
];

export const fields: readonly Field[] = fieldGroups.flatMap(([, each]) => each);

/** The fields of a stack's settings with their values. */
export function settingFields(settings: StackSettings): Field[] {
  const choice = (
    name: keyof StackSettings,
    label: string,
    flag: string,
    choices?: readonly string[],
  ): Field => ({ name, label, flag, value: String(settings[name]), ...(choices && { choices }) });
  return [
    choice("loss", "Loss", "--loss", lossKinds),
    choice("attention", "Attention", "--attention", attentionKinds),
    choice("checkpointing", "Checkpointing", "--checkpointing", checkpointingKinds),
    choice("optimizer", "Optimiser", "--optimizer", optimizerNames),
    choice("adapterDtype", "Adapter in", "--adapter-dtype", ["fp32", "bf16", "fp16"]),
    choice("dropout", "Adapter dropout", "--dropout"),
    choice("kbitPrepare", "Preparation for k-bit training", "--kbit-prepare", ["false", "true"]),
    choice("bnbVersion", "bitsandbytes", "--bnb-version"),
    choice("packing", "Packing", "--packing", ["false", "true"]),
  ];
}
