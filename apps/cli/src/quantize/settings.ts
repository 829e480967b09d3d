import { quantizeDefaults as d } from "@lorank/quant";
import type { RawFlags } from "../output.ts";
import { readFlags } from "../settings/read.ts";

/** Settings of `lorank quantize`, with its defaults. */
export type QuantizeSettings = ReturnType<typeof quantizeSettings>;

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
  } as const;
}
