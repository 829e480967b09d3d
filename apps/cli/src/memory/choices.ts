import {
  type BaseFormatName,
  baseFormat,
  baseFormatNames,
  memoryDefaults as d,
  isQuantizedFormat,
  type MemoryMethod,
  type Profile,
  profileOf,
  type StackSettings,
} from "@lorank/core/memory";
import { defaults } from "../defaults.ts";
import { type CardMemory, choice } from "../settings/kinds.ts";
import { throwIfAny } from "../settings/read.ts";
import { type ChoiceName, flagOf, type TypedChoices } from "./flags.ts";
import type { TrainingConfig } from "./read-training-config.ts";

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
  /** Those of `method`; of a comparison, those of LoRA. */
  readonly settings: StackSettings;
  /** Those of them that were typed or given: they hold for every method. */
  readonly stated: Partial<StackSettings>;
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

/**
 * What is typed, then what is given, then the profile's settings and the defaults.
 *
 * @throws InputError E_CONFIG with all that must be typed because a training config leaves it open.
 */
export function memoryChoices(
  typed: TypedChoices,
  { maxPositions, given = {} }: ChoiceContext = {},
): MemoryChoices {
  const problems: string[] = [];
  const from: Partial<Record<ChoiceName, string>> = {};
  const { origins = {}, unread = {} } = given;
  const originOf = (name: ChoiceName): string =>
    (name === "ranks" ? origins.rank : origins[name as keyof typeof origins]) ?? "the training config";

  /** The first that there is of flag, given value and `fallback`. */
  function choose<Name extends ChoiceName, Value>(
    name: Name,
    stated: Value | undefined,
    fallback: Value,
    origin = "default",
  ): Value | NonNullable<TypedChoices[Name]> {
    const value = typed[name];
    if (value !== undefined) {
      from[name] = flagOf(name);
      return value as NonNullable<TypedChoices[Name]>;
    }
    const reason = name === "ranks" ? unread.rank : unread[name as keyof typeof unread];
    if (reason !== undefined) problems.push(`${flagOf(name)} must be given: ${reason}`);
    from[name] = stated === undefined ? origin : originOf(name);
    return stated ?? fallback;
  }

  const profile = profileOf(choose("profile", given.profile, d.profile));
  const method = choose("method", given.method, d.method);
  const ofGuides = method === "qlora" ? profile.qlora : undefined;
  const stated: Partial<Record<keyof StackSettings, unknown>> = {};
  const setting = <Name extends keyof StackSettings>(name: Name): StackSettings[Name] => {
    const givenValue = given.settings?.[name] as StackSettings[Name] | undefined;
    const [usual, origin] =
      ofGuides?.[name] === undefined
        ? [profile.settings[name], `profile ${profile.name}`]
        : [ofGuides[name] as StackSettings[Name], `profile ${profile.name}, for QLoRA`];
    const value = choose(name, givenValue, usual, origin) as StackSettings[Name];
    if (typed[name] !== undefined || givenValue !== undefined) stated[name] = value;
    return value;
  };
  const settings: StackSettings = {
    loss: setting("loss"),
    attention: setting("attention"),
    checkpointing: setting("checkpointing"),
    optimizer: setting("optimizer"),
    adapterDtype: setting("adapterDtype"),
    dropout: setting("dropout"),
    kbitPrepare: setting("kbitPrepare"),
    bnbVersion: setting("bnbVersion"),
    packing: setting("packing"),
  };
  const [seq, seqOrigin] =
    maxPositions !== undefined && maxPositions < d.seq
      ? [maxPositions, "the longest that the model takes"]
      : [d.seq, "default"];
  const choices = {
    ranks: choose<"ranks", readonly number[]>(
      "ranks",
      given.rank === undefined ? undefined : [given.rank],
      d.ranks,
    ),
    targets: choose("targets", given.targets, defaults.targets),
    base:
      method === "qlora"
        ? choose("base", isQuantized(given.base) ? given.base : undefined, "nf4-dq", "--method qlora")
        : choose("base", given.base, d.base),
    method,
    labels: choose<"labels", number | undefined>("labels", undefined, undefined),
    gpu: choose<"gpu", MemoryChoices["gpu"]>("gpu", undefined, undefined),
    microBatch: choose("microBatch", given.microBatch, d.microBatch),
    seq: choose("seq", given.seq, seq, seqOrigin),
  };
  if (method === "qlora" && !isQuantized(choices.base))
    problems.push(`--base must be ${choice(quantizedNames).rule} with --method qlora, got ${choices.base}`);
  throwIfAny(problems);
  return { ...choices, profile, settings, stated: stated as Partial<StackSettings>, from };
}

const quantizedNames = baseFormatNames.filter(isQuantized);

function isQuantized(base: BaseFormatName | undefined): boolean {
  return base !== undefined && isQuantizedFormat(baseFormat(base));
}
