import {
  attentionKinds,
  type BaseFormatName,
  baseFormatNames,
  checkpointingKinds,
  InputError,
  lossKinds,
  type MemoryMethod,
  memoryMethods,
  optimizerNames,
  type Profile,
  profileNames,
  profileOf,
  type StackSettings,
} from "@lorank/core";
import type { TrainingConfig } from "./dialects/training-config.ts";
import { type ChoiceFlags, type ChoiceName, engineProfile, flagOf } from "./flags.ts";
import {
  type CardMemory,
  oneOf,
  readCard,
  readShare,
  readSize,
  readSizes,
  readSwitch,
  readTargets,
  readVersion,
} from "./values.ts";

/** What an estimate is made of, with where each value came from. */
export interface MemoryChoices {
  readonly ranks: readonly number[];
  readonly targets: readonly string[] | "all-linear";
  readonly base: BaseFormatName;
  readonly method: MemoryMethod;
  readonly labels: number | undefined;
  readonly gpu: CardMemory | undefined;
  readonly microBatch: number;
  readonly seq: number;
  readonly profile: Profile;
  readonly settings: StackSettings;
  /** `--base`, `profile trl`, `default`, for each value that is there. */
  readonly from: { readonly [Name in ChoiceName]?: string };
}

/** What a training tool's config says. Flags win over it. */
export type GivenChoices = Partial<
  Pick<
    TrainingConfig,
    | "profile"
    | "rank"
    | "targets"
    | "base"
    | "method"
    | "microBatch"
    | "seq"
    | "settings"
    | "origins"
    | "unread"
  >
>;

export interface ChoiceContext {
  /** The model's longest sequence, where its config says one. */
  readonly maxPositions?: number | undefined;
  readonly given?: GivenChoices | undefined;
}

const adapterDtypes = ["fp32", "bf16", "fp16"] as const;

/** What is typed, then what is given, then the profile's settings and the defaults. Throws E_CONFIG with all that is wrong. */
export function readChoices(
  flags: ChoiceFlags,
  { maxPositions, given = {} }: ChoiceContext = {},
): MemoryChoices {
  const problems: string[] = [];
  const from: Partial<Record<ChoiceName, string>> = {};
  const { origins = {}, unread = {} } = given;
  const originOf = (name: ChoiceName): string =>
    (name === "ranks" ? origins.rank : origins[name as keyof typeof origins]) ?? "the training config";

  /** The first that there is of flag, given value and `fallback`. */
  function choose<Value>(
    name: ChoiceName,
    read: (text: string, flag: string) => Value,
    stated: Value | undefined,
    [fallback, origin]: readonly [value: Value, origin: string],
  ): Value {
    const text = flags[name];
    if (text !== undefined) {
      from[name] = flagOf(name);
      try {
        return read(String(text), flagOf(name));
      } catch (error) {
        problems.push((error as Error).message);
        return fallback;
      }
    }
    const reason = name === "ranks" ? unread.rank : unread[name as keyof typeof unread];
    if (reason !== undefined) problems.push(`${flagOf(name)} must be given: ${reason}`);
    from[name] = stated === undefined ? origin : originOf(name);
    return stated ?? fallback;
  }
  const byDefault = <Value>(value: Value): readonly [Value, string] => [value, "default"];

  const profileName = choose<string>(
    "profile",
    oneOf([...profileNames, engineProfile]),
    given.profile,
    byDefault("peft"),
  );
  const profile = profileOf(profileName);
  const setting = <Name extends keyof StackSettings>(
    name: Name,
    read: (text: string, flag: string) => StackSettings[Name],
  ): StackSettings[Name] =>
    choose(name, read, given.settings?.[name] as StackSettings[Name] | undefined, [
      profile.settings[name],
      `profile ${profile.name}`,
    ]);
  const settings: StackSettings = {
    loss: setting("loss", oneOf(lossKinds)),
    attention: setting("attention", oneOf(attentionKinds)),
    checkpointing: setting("checkpointing", oneOf(checkpointingKinds)),
    optimizer: setting("optimizer", oneOf(optimizerNames)),
    adapterDtype: setting("adapterDtype", oneOf(adapterDtypes)),
    dropout: setting("dropout", readShare),
    kbitPrepare: setting("kbitPrepare", readSwitch),
    bnbVersion: setting("bnbVersion", readVersion),
    packing: setting("packing", readSwitch),
  };
  const shortModel = maxPositions !== undefined && maxPositions < 1024;
  const choices = {
    ranks: choose("ranks", readSizes, given.rank === undefined ? undefined : [given.rank], [
      [4, 8, 16, 32, 64],
      "default",
    ]),
    targets: choose("targets", readTargets, given.targets, byDefault("all-linear")),
    base: choose("base", oneOf(baseFormatNames), given.base, byDefault("bf16")),
    method: choose("method", oneOf(memoryMethods), given.method, byDefault("lora")),
    labels: choose<number | undefined>("labels", readSize, undefined, byDefault(undefined)),
    gpu: choose<MemoryChoices["gpu"]>("gpu", readCard, undefined, byDefault(undefined)),
    microBatch: choose("microBatch", readSize, given.microBatch, byDefault(1)),
    seq: choose(
      "seq",
      readSize,
      given.seq,
      shortModel ? [maxPositions, "the longest that the model takes"] : byDefault(1024),
    ),
  };
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
  return { ...choices, profile, settings, from };
}
