import type { NotCounted } from "@lorank/core/memory";
import { flagOf } from "../../flags/flag-names.ts";
import { isRecord } from "../../tools/tool.ts";
import { isQuantized, type MemoryChoices } from "./choices.ts";
import type { NamedConfig } from "./model-config.ts";
import type { ReadConfig } from "./read-training-config.ts";

/** Omissions of an estimate with these choices, from a model's config and a training config. */
export function notCountedOf(
  choices: MemoryChoices,
  { config, leftOut = [] }: Pick<NamedConfig, "config" | "leftOut">,
  training: Partial<ReadConfig> = {},
): NotCounted[] {
  const isTyped = (name: string): boolean =>
    (choices.from as Readonly<Record<string, string>>)[name] === flagOf(name);
  const ofFields = (training.notCounted ?? []).flatMap(
    ({ settledBy = [], countedFrom = Infinity, ...fact }) =>
      settledBy.some(isTyped) || choices.microBatch >= countedFrom ? [] : [fact],
  );
  const quantized =
    isQuantized(choices.base) || isTyped("base") ? undefined : ownQuantization(config, training.model);
  return [
    ...ofFields,
    ...sharedParts(choices, training),
    ...(quantized === undefined
      ? []
      : [{ what: "quantisation of the model itself", direction: "less", from: quantized } as const]),
    ...(leftOut.length === 0
      ? []
      : [{ what: "other sizes of the model", direction: "either", from: leftOut.join(", ") } as const]),
  ];
}

/** Strategy of a training config on several cards, if the answer is for one card that holds everything. */
export function unsharedStrategy(
  { cards, gpu }: MemoryChoices,
  training: Partial<ReadConfig>,
): string | undefined {
  if (cards !== undefined || gpu?.count === 1 || training.cards !== undefined) return undefined;
  return training.origins?.strategy ?? training.unread?.strategy;
}

function sharedParts(choices: MemoryChoices, training: Partial<ReadConfig>): NotCounted[] {
  const from = unsharedStrategy(choices, training);
  if (from === undefined) return [];
  return training.strategy === "ddp"
    ? [{ what: "buckets in which several cards exchange gradients", direction: "more", from }]
    : [{ what: "what several cards share", direction: "either", from }];
}

/** Evidence of low-bit weights: a field of the model's config, or its name. */
function ownQuantization(config: unknown, name: string | undefined): string | undefined {
  const own = isRecord(config) ? config.quantization_config : undefined;
  if (isRecord(own)) return `quantization_config ${own.quant_method ?? "of its config"}`;
  const isNamed = /(^|[-_.])(gptq|awq|aqlm|bnb|nvfp4|mxfp4|fp8|[48]bit|int[48])([-_.]|$)/i;
  return name !== undefined && isNamed.test(name) ? name : undefined;
}
