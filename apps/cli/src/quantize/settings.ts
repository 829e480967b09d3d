import { quantizeDefaults as d } from "@lorank/quant";
import { defaults } from "../defaults.ts";
import { type RawFlags, readFlags } from "../settings/read.ts";

/** What `lorank quantize` is asked, with its defaults. */
export type QuantizeSettings = ReturnType<typeof quantizeSettings>;

/** How to choose more layers to keep. */
export type BudgetSettings = NonNullable<QuantizeSettings["budget"]>;

/** Reads the flags of `lorank quantize`. Throws InputError E_CONFIG with all that is wrong with them. */
export function quantizeSettings(flags: RawFlags) {
  const given = readFlags("quantize", flags);
  return {
    out: given.out,
    format: given.format ?? d.format,
    blockSize: given["block-size"] ?? d.blockSize,
    doubleQuant: given["double-quant"] ?? d.doubleQuant,
    keepLayers: given["keep-layers"] ?? [],
    dtype: given.dtype,
    force: given.force ?? false,
    /** Undefined where only what `keepLayers` names is kept. */
    budget:
      given.budget === undefined
        ? undefined
        : {
            bytes: given.budget,
            /** What to measure on. */
            data: given.data ?? defaults.data,
            examples: given.examples ?? defaults.calibrationExamples,
            maxLength: given["max-length"] ?? defaults.maxLength.classification,
            threads: given.threads ?? defaults.evaluationThreads,
          },
  } as const;
}
