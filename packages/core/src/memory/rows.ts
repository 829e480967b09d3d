import type { LinearShape } from "../model/linear-shapes.ts";
import type { NotCounted } from "../model/shape.ts";
import { type BaseFormatName, baseFormat, isFloat } from "./base-bytes.ts";
import { type CardChoice, cardsFor, type NamedCard } from "./cards.ts";
import type { MemoryEstimate } from "./estimate.ts";
import { type Fit, fitOf } from "./fits.ts";
import type { FullEstimate } from "./full.ts";
import { memoryDefaults, type memoryMethods } from "./names.ts";
import { notCountedIn, provenBounds } from "./not-counted.ts";
import type { StackSettings } from "./stack.ts";
import { statedSettings } from "./stack-settings.ts";
import { type TrainingOptions, trainingEstimate } from "./training.ts";

/**
 * Training method. `lora`: on the base as requested, with no other changes. `qlora`: on a quantised base (default
 * nf4-dq), with the settings in the stack's guides. `compare`: LoRA on a 16-bit base, QLoRA and full fine-tuning side
 * by side.
 */
export type MemoryMethod = (typeof memoryMethods)[number];

export interface MemoryRowsOptions
  extends Pick<
    TrainingOptions,
    | "shape"
    | "profile"
    | "settings"
    | "microBatch"
    | "seq"
    | "imageTokens"
    | "cards"
    | "objective"
    | "trainedModules"
    | "notCounted"
  > {
  readonly targets: readonly LinearShape[];
  readonly ranks: readonly number[];
  /**
   * Frozen base format. Full fine-tuning, and LoRA in a comparison, use it if it is a float dtype, else bf16. QLoRA
   * uses it if quantised, else nf4-dq.
   */
  readonly base: BaseFormatName;
  readonly method?: MemoryMethod;
  /** Memory to fit into: a `findCard` result, or bytes alone. */
  readonly card?: (Pick<NamedCard, "bytes"> & Partial<Pick<NamedCard, "name" | "lacks">>) | undefined;
}

/** Memory estimate for a method and rank, with cards that fit. */
export type RankEstimate = {
  /** Format of the frozen base, or dtype of the trained weights. */
  readonly base: BaseFormatName;
  readonly settings: StackSettings;
  readonly cards: CardChoice;
  /** Training memory omitted from the estimate, about which `cards` and `fit` claim nothing. */
  readonly notCounted: readonly NotCounted[];
  readonly fit?: Fit;
} & (
  | { readonly method: "lora" | "qlora"; readonly rank: number; readonly estimate: MemoryEstimate }
  | { readonly method: "full"; readonly rank: null; readonly estimate: FullEstimate }
);

/** Row for each rank and requested method. Throws E_RANK, E_BASE_FORMAT, and E_CONFIG naming field, rule and value. */
export function memoryRows(options: MemoryRowsOptions): RankEstimate[] {
  const { base, method = memoryDefaults.method } = options;
  const float = isFloat(base) ? base : "bf16";
  const quantized = isFloat(base) ? "nf4-dq" : base;
  switch (method) {
    case "lora":
      return adapterRows(options, base);
    case "qlora":
      return adapterRows(asQlora(options), quantized);
    case "full":
      return [rowOf(options, float, null)];
    case "compare":
      return [
        ...adapterRows(options, float),
        ...adapterRows(asQlora(options), quantized),
        rowOf(withoutAdapters(options), float, null),
      ];
  }
}

function adapterRows(options: MemoryRowsOptions, base: BaseFormatName): RankEstimate[] {
  return options.ranks.map((rank) => rowOf(options, base, rank));
}

function rowOf(options: MemoryRowsOptions, base: BaseFormatName, rank: number | null): RankEstimate {
  const { shape, card } = options;
  const settings = statedSettings(shape, base, options);
  const training = { ...options, rank, base: baseFormat(base) };
  const estimate = trainingEstimate(training);
  const notCounted = notCountedIn(training);
  const bounds = provenBounds(estimate.deviceBytes, notCounted);
  return {
    ...{ method: rank === null ? "full" : isFloat(base) ? "lora" : "qlora", base, settings, rank, estimate },
    cards: cardsFor(bounds, { ...settings, base }),
    notCounted,
    ...(card && { fit: fitOf(bounds, card.bytes) }),
  } as RankEstimate;
}

/** Options where all weights are trained: without adapters to switch off, a second model is the reference. */
function withoutAdapters(options: MemoryRowsOptions): MemoryRowsOptions {
  const { objective } = options;
  if (objective?.reference !== "adapters-off") return options;
  return { ...options, objective: { ...objective, reference: "model" } };
}

function asQlora(options: MemoryRowsOptions): MemoryRowsOptions {
  return { ...options, settings: { ...options.profile.qlora, ...options.settings } };
}
