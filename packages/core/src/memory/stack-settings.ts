import { InputError } from "../errors.ts";
import type { ModelShape } from "../model/shape.ts";
import type { BaseFormatName } from "./base-bytes.ts";
import { stackChoices } from "./names.ts";
import type { OptimizerKind, OptimizerName } from "./optimizer-bytes.ts";
import { type Profile, settingsOn } from "./profiles.ts";
import type { StackSettings } from "./stack.ts";

/** Version of a Python package: `0.50.0`, `0.43.2.dev0`, `0.44.0rc1`, `0.45.0+cu121`. Source: PEP 440 */
const version = /^\d+(\.\d+)*([.+-]?(a|b|rc|dev|post)\d*|\+\w[\w.]*)*$/;

/** Returns the settings; throws E_CONFIG naming every field that breaks its rule. */
export function checkSettings(settings: StackSettings): StackSettings {
  const problems: string[] = [];
  for (const [field, names] of Object.entries(stackChoices)) {
    const value: string = settings[field as keyof typeof stackChoices];
    if (!names.some((name) => name === value))
      problems.push(`${field} must be one of ${names.join(", ")}, got ${JSON.stringify(value)}`);
  }
  if (!(settings.dropout >= 0 && settings.dropout < 1))
    problems.push(`dropout must be at least 0 and below 1, got ${settings.dropout}`);
  if (!version.test(settings.bnbVersion))
    problems.push(`bnbVersion must be a version such as 0.50.0, got ${JSON.stringify(settings.bnbVersion)}`);
  if (settings.optimizerInBackward && settings.accumulation)
    problems.push("optimizerInBackward must be false with accumulation, got true");
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
  return settings;
}

/** Settings on a model: eager attention in place of an sdpa that the model lacks. Source: transformers 5.24, `_supports_sdpa` */
export function settingsOfModel({ block }: ModelShape, settings: StackSettings): StackSettings {
  const { attention } = checkSettings(settings);
  return block.lacksSdpa && attention === "sdpa" ? { ...settings, attention: "eager" } : settings;
}

/** Settings on a model and a base: the stack's own, changed by those that are stated. */
export function statedSettings(
  shape: ModelShape,
  base: BaseFormatName,
  {
    profile,
    settings,
  }: { readonly profile: Profile; readonly settings?: Partial<StackSettings> | undefined },
): StackSettings {
  return settingsOfModel(shape, { ...settingsOn(profile, base), ...settings });
}

export function optimizerKind(name: OptimizerName): OptimizerKind {
  return name === "sgd" ? { name, momentum: false } : { name };
}

function maskText({ attention, padding }: StackSettings): string {
  if (attention !== "sdpa") return "";
  return padding
    ? "For padding, or several texts a row, sdpa keeps a mask a block, and repeats keys and values."
    : "Masks of padding, which sdpa would keep, are not counted (setting padding).";
}

export function stackAssumptions(
  profile: Profile,
  settings: StackSettings,
  {
    prepared,
    microBatch,
    seq,
  }: { readonly prepared: boolean; readonly microBatch: number; readonly seq: number },
): string[] {
  const {
    loss,
    attention,
    dropout,
    checkpointing,
    packing,
    bnbVersion,
    compile,
    accumulation,
    optimizerInBackward,
  } = settings;
  return [
    `Stack: ${profile.stack} (profile ${profile.name}).`,
    `${microBatch} sequence${microBatch === 1 ? "" : "s"} of ${seq} tokens in one pass: the peak follows the longest batch${packing ? "; texts are packed" : ", padding included"}. ${maskText(settings)}`,
    `Loss ${loss}, attention ${attention}, adapter dropout ${dropout}, checkpointing ${checkpointing}${compile ? ", blocks compiled" : ""}.`,
    `bitsandbytes ${bnbVersion}; prepare_model_for_kbit_training ${prepared ? "turns what is not quantised, and activations, into fp32" : "changes nothing here"}.`,
    optimizerInBackward
      ? "Each weight steps in the backward pass, and frees its gradient."
      : accumulation
        ? "A step follows several passes: the gradients of earlier ones stay while a later one runs."
        : "Gradients are freed between steps; accumulating them over several passes keeps them and adds their size.",
  ];
}
