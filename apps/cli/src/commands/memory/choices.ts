import {
  type BaseFormatName,
  type CardMemory,
  type Cards,
  type MemoryMethod,
  type Profile,
  profileOf,
  type StackSettings,
  type Strategy,
  settingsOn,
} from "@lorank/core/memory";
import { cardsOf, memoryDefaults as d, memoryNames } from "@lorank/core/memory-names";
import { defaults } from "../../defaults.ts";
import { throwIfAny } from "../../errors.ts";
import { type CamelKeys, camelKeys, flagOf } from "../../flags/flag-names.ts";
import { choice } from "../../flags/kinds.ts";
import type { RawFlags } from "../../output.ts";
import { readFlags } from "../../settings/read.ts";
import { type MemorySettings, settings } from "./command.ts";
import type { NamedConfig } from "./model-config.ts";
import { countedObjective, idleFlags, type ObjectiveChoices, objectiveFields } from "./objective.ts";
import type { ReadConfig } from "./read-training-config.ts";

export interface MemoryChoices extends ObjectiveChoices {
  readonly ranks: readonly number[];
  /** Layers by name, or by a training config's pattern of their paths. */
  readonly targets: readonly string[] | "all-linear" | RegExp;
  readonly expertRank: "whole" | "by-active-experts";
  readonly base: BaseFormatName;
  readonly method: MemoryMethod;
  readonly labels: number | undefined;
  readonly gpu: CardMemory | undefined;
  /** Cards sharing the training; undefined for a single card. */
  readonly cards: Cards | undefined;
  readonly microBatch: number;
  readonly seq: number;
  /** Tokens of a sequence that come from images; undefined: the language model alone is counted. */
  readonly imageTokens: number | undefined;
  readonly profile: Profile;
  /** Training stack's settings (loss, attention, optimizer …) for `method`; in a comparison, LoRA's. */
  readonly settings: StackSettings;
  /** Stack settings from flags or a training config, which hold for every method. */
  readonly stated: Partial<StackSettings>;
  /** Origin of each present value: `--base`, `profile trl`, `default`. */
  readonly from: { readonly [Name in ChoiceName]?: string };
}

export type ChoiceName =
  | "ranks"
  | "targets"
  | "expertRank"
  | "base"
  | "method"
  | "labels"
  | "profile"
  | "gpu"
  | "strategy"
  | "microBatch"
  | "seq"
  | "imageTokens"
  | keyof ObjectiveChoices
  | keyof StackSettings;

export type MemoryFlags = CamelKeys<Omit<MemorySettings, "quantize">>;

export type TypedChoices = Pick<MemoryFlags, ChoiceName>;

/** Profile name for LoRAnk's own engine, whose memory is predicted from its programs. */
export const engineProfile = "lorank";

/** Stack settings in `--json` order; the type requires all of them. */
const stackNames = Object.keys({
  variant: true,
  loss: true,
  attention: true,
  checkpointing: true,
  optimizer: true,
  adapterDtype: true,
  loraKernels: true,
  fusedNorms: true,
  dropout: true,
  kbitPrepare: true,
  bnbVersion: true,
  packing: true,
  padding: true,
  compile: true,
  accumulation: true,
  optimizerInBackward: true,
} satisfies Readonly<Record<keyof StackSettings, true>>) as (keyof StackSettings)[];

/** Reads `memory`'s flags; `--quantize` is a 4-bit `--base`. Throws E_CONFIG with all problems. */
export function readMemoryFlags(flags: RawFlags): MemoryFlags {
  const problems: string[] = [];
  const { quantize, ...typed } = readFlags(settings, flags, problems);
  if (quantize !== undefined && typed.base !== undefined && typed.base !== quantize)
    problems.push(`--quantize must be left out with --base ${typed.base}, got ${quantize}`);
  throwIfAny(problems);
  // FP4 has as many bits as NF4.
  const base = (quantize?.replace("fp4", "nf4") as BaseFormatName | undefined) ?? typed.base;
  return camelKeys({ ...typed, ...(base && { base }) });
}

export interface ChoiceContext {
  readonly maxPositions?: number | undefined;
  readonly training?: Partial<ReadConfig> | undefined;
  /** Format in which a published copy stores its weights, which wins over a training config's. */
  readonly stored?: NamedConfig["stored"];
}

/**
 * Chooses each input of a memory estimate from the flags, else the training config, else the profile, else the default.
 * @throws E_CONFIG with every value left open by a training config.
 */
export function memoryChoices(
  typed: TypedChoices,
  { maxPositions, training: read = {}, stored }: ChoiceContext = {},
): MemoryChoices {
  const problems: string[] = [];
  const from: Partial<Record<ChoiceName, string>> = {};
  const training = withStored(read, stored);
  const { origins = {}, unread = {} } = training;

  function choose<Name extends ChoiceName, Value>(
    name: Name,
    configured: Value | undefined,
    fallback: Value,
    origin = "default",
  ): Value | NonNullable<TypedChoices[Name]> {
    const value = typed[name];
    if (value !== undefined) {
      from[name] = flagOf(name);
      return value as NonNullable<TypedChoices[Name]>;
    }
    const field = (name === "ranks" ? "rank" : name) as keyof typeof unread;
    if (unread[field] !== undefined) problems.push(`${flagOf(name)} must be given: ${unread[field]}`);
    from[name] = configured === undefined ? origin : (origins[field] ?? "the training config");
    return configured ?? fallback;
  }

  const profile = profileOf(choose("profile", training.profile, d.profile));
  const method = choose("method", training.method, d.method);
  const methodFrom = typed.method === undefined ? from.method : `--method ${method}`;
  const base =
    method === "qlora"
      ? choose("base", isQuantized(training.base) ? training.base : undefined, "nf4-dq", methodFrom)
      : choose("base", training.base, d.base);
  const ofGuides: Partial<StackSettings> = method === "qlora" ? (profile.qlora ?? {}) : {};
  const isLeft = method === "compare" || method === "full";
  const ofStack = settingsOn(profile, isLeft ? d.base : base);
  const stack = stackNames.map((name) => {
    const configured = training.settings?.[name];
    const isGuides = ofGuides[name] !== undefined;
    const isOfBase = ofStack[name] !== profile.settings[name];
    const why = isGuides ? ", for QLoRA" : isOfBase ? ", on a quantised base" : "";
    const value = choose(name, configured, ofGuides[name] ?? ofStack[name], `profile ${profile.name}${why}`);
    return { name, value, isStated: typed[name] !== undefined || configured !== undefined };
  });
  const settingsIn = (rows: typeof stack): Partial<StackSettings> =>
    Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  const [seq, seqOrigin] =
    maxPositions !== undefined && maxPositions < d.seq
      ? [maxPositions, "the longest that the model takes"]
      : [d.seq, "default"];
  const { rank } = training;
  const gpu = choose<"gpu", MemoryChoices["gpu"]>("gpu", undefined, undefined);
  const configured = countedObjective(training.objective);
  const objective =
    (typed.objective ?? configured ?? "sft") === "sft"
      ? "sft"
      : choose<"objective", ObjectiveChoices["objective"]>("objective", configured, "sft");
  const details = configuredDetails(training, objective, method);
  const names = objectiveFields.filter(
    (name): name is StatedField => name !== "objective" && (typed[name] !== undefined || name in details),
  );
  const ofObjective: ObjectiveChoices = {
    objective,
    ...Object.fromEntries(names.map((name) => [name, choose(name, details[name], undefined)])),
  };
  const choices = {
    ranks: choose<"ranks", readonly number[]>("ranks", rank === undefined ? undefined : [rank], d.ranks),
    targets: choose("targets", training.targets, defaults.targets),
    expertRank: typed.expertRank === undefined ? "whole" : choose("expertRank", undefined, "whole"),
    base,
    method,
    ...ofObjective,
    labels: choose<"labels", number | undefined>("labels", undefined, ...labelsOf(ofObjective, profile)),
    gpu: gpu && gpu.count === undefined ? cardsOf(gpu, training.cards ?? 1) : gpu,
    microBatch: choose("microBatch", training.microBatch, d.microBatch),
    seq: choose("seq", training.seq, seq, seqOrigin),
    imageTokens: choose<"imageTokens", number | undefined>("imageTokens", undefined, undefined),
  };
  const count = choices.gpu?.count ?? training.cards ?? 1;
  if (count === 1 && typed.strategy !== undefined)
    problems.push(
      `--strategy must be left out for a single card (2x24GB is two for --gpu), got ${typed.strategy}`,
    );
  const cards =
    count === 1
      ? undefined
      : {
          count,
          strategy: choose<"strategy", Strategy>("strategy", training.strategy, ...usualStrategy(profile)),
        };
  if (method === "qlora" && !isQuantized(choices.base))
    problems.push(`--base must be ${choice(quantizedNames).rule} with ${methodFrom}, got ${choices.base}`);
  if (method === "full" && isQuantized(typed.base))
    problems.push(`--base must be ${wholeBases.rule} with --method full, got ${typed.base}`);
  const { completion = 1, seq: length } = choices;
  if (completion > length)
    problems.push(`--completion must be at most the length (--seq, ${length}), got ${completion}`);
  if ((choices.imageTokens ?? 0) > length)
    problems.push(`--image-tokens must be at most the length (--seq, ${length}), got ${choices.imageTokens}`);
  if (choices.objective === "embedding" && choices.labels !== undefined)
    problems.push(`--labels must be left out with --objective embedding, got ${choices.labels}`);
  problems.push(...idleFlags(typed, choices));
  if (typed.optimizerInBackward === true && (method === "lora" || method === "qlora"))
    problems.push(`--optimizer-in-backward must be left out with --method ${method}, got true`);
  throwIfAny(problems);
  return {
    ...choices,
    cards,
    profile,
    settings: settingsIn(stack) as StackSettings,
    stated: settingsIn(stack.filter(({ isStated }) => isStated)),
    from,
  };
}

/** Training config of adapters on a copy, whose weights stay in the format that the copy has. */
function withStored(training: Partial<ReadConfig>, stored: NamedConfig["stored"]): Partial<ReadConfig> {
  const base = stored?.base;
  if (base === undefined || (!isQuantized(base) && training.base !== undefined)) return training;
  if (training.method === "full") return training;
  return { ...training, base, origins: { ...training.origins, base: `${stored!.name}, by its name` } };
}

type StatedField = Exclude<keyof ObjectiveChoices, "objective">;

/**
 * A config's details of its objective, undefined where a flag must decide. Where all weights are trained, no adapters can
 * be off, and no copies are trained.
 */
function configuredDetails(
  training: Partial<ReadConfig>,
  objective: ObjectiveChoices["objective"],
  method: MemoryMethod,
): Partial<Pick<ObjectiveChoices, StatedField>> {
  const isFull = method === "full";
  const isItsOwn = objective === (countedObjective(training.objective) ?? "sft");
  const names = objectiveFields.filter(
    (name): name is StatedField =>
      name !== "objective" &&
      (name === "trainedModules" ? !isFull : isItsOwn) &&
      (name in training || name in (training.unread ?? {})),
  );
  const details = Object.fromEntries(names.map((name) => [name, training[name]]));
  return isFull && details.reference === "adapters-off" ? { ...details, reference: "model" } : details;
}

/** torchtune's recipes on several cards shard all. Source: torchtune 0.6.1, `lora_finetune_distributed` (FSDP2) */
function usualStrategy({ name }: Profile): [strategy: Strategy, origin?: string] {
  return name.startsWith("torchtune") ? ["fsdp", `profile ${name}`] : ["ddp"];
}

/** A reward model has one class; LLaMA-Factory's has a value head beside the language-model head. */
function labelsOf(
  { objective }: ObjectiveChoices,
  { name }: Profile,
): [labels: number | undefined, origin?: string] {
  return objective === "reward" && name !== "llama-factory" ? [1, "a reward model"] : [undefined];
}

const quantizedNames = memoryNames.base.filter(
  (name) => !memoryNames.adapterDtype.some((each) => each === name),
);

/** Formats of weights that are all trained. */
const wholeBases = choice(memoryNames.base.filter((name) => !quantizedNames.includes(name)));

export function isQuantized(base: BaseFormatName | undefined): boolean {
  return quantizedNames.some((name) => name === base);
}

/** Choice as a typed flag: `--packing`, `--no-packing`, `--loss fused`. */
export function typedChoice(name: ChoiceName, value: string): string {
  const flag = flagOf(name);
  const { kind } = settings.find(({ key }) => flag === `--${key}`)!;
  if (kind.placeholder !== undefined) return `${flag} ${value}`;
  return value === "true" ? flag : flag.replace("--", "--no-");
}
