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
import { readByteSize } from "../quantize/byte-size.ts";
import { nearest } from "../text.ts";
import type { TrainingConfig } from "./dialects/training-config.ts";
import { type ChoiceFlags, type ChoiceName, flagOf } from "./flags.ts";

/** What an estimate is made of, with where each value came from. */
export interface MemoryChoices {
  readonly ranks: readonly number[];
  readonly targets: readonly string[] | "all-linear";
  readonly base: BaseFormatName;
  readonly method: MemoryMethod;
  readonly labels: number | undefined;
  readonly gpu: { readonly text: string; readonly bytes: number } | undefined;
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
const smallestCard = 1e9;

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

  const profileName = choose<string>("profile", oneOf(profileNames), given.profile, byDefault("peft"));
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

function oneOf<Name extends string>(names: readonly Name[]): (text: string, flag: string) => Name {
  return (text, flag) => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    const meant = nearest(text, names);
    return refuse(
      `${flag} must be one of ${names.join(", ")}, got ${JSON.stringify(text)}` +
        (meant === undefined ? "" : `. Did you mean ${meant}?`),
    );
  };
}

function readSize(text: string, flag: string): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : 0;
  if (Number.isSafeInteger(value) && value > 0) return value;
  return refuse(`${flag} must be a positive integer, got ${JSON.stringify(text)}`);
}

function readSizes(text: string, flag: string): number[] {
  const sizes = list(text).map((item) => Number(item));
  if (sizes.length > 0 && sizes.every((size) => Number.isSafeInteger(size) && size > 0)) return sizes;
  return refuse(`${flag} must be a list of positive integers, got ${JSON.stringify(text)}`);
}

function readTargets(text: string): readonly string[] | "all-linear" {
  return text === "all-linear" ? text : list(text);
}

function readShare(text: string, flag: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value < 1) return value;
  return refuse(`${flag} must be at least 0 and below 1, got ${JSON.stringify(text)}`);
}

function readSwitch(text: string): boolean {
  return text === "true";
}

function readVersion(text: string, flag: string): string {
  if (/^\d+(\.\d+)*/.test(text)) return text;
  return refuse(`${flag} must be a version such as 0.50.0, got ${JSON.stringify(text)}`);
}

/** A GB is 10⁹ bytes here too: below what any card of that name offers, see core's `cards`. */
function readCard(text: string, flag: string): MemoryChoices["gpu"] {
  const bytes = readByteSize(text, flag);
  if (bytes >= smallestCard) return { text, bytes };
  return refuse(`${flag} must be a card's memory such as 24GB or 40GiB, got ${JSON.stringify(text)}`);
}

function list(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function refuse(message: string): never {
  throw new InputError("E_CONFIG", message);
}
