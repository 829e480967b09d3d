import type { BaseFormatName } from "../memory/base-bytes.ts";

/** Format in which a copy's weights are stored, by its name. */
export interface StoredFormat {
  /** Ending of the name that says it: `bnb-4bit`. */
  readonly ending: string;
  /** Base format with as many bits; absent for a format that is not modelled. */
  readonly base?: BaseFormatName;
  /** Marks a copy that leaves some of the blocks' layers in 16 bits. */
  readonly isPartial?: true;
}

/** Organisations on the hub that publish models of others under the models' own names. */
const mirrors =
  /^(nousresearch|unsloth|huggyllama|hugging-quants|casperhansen|thebloke|techxgenus|ista-daslab|axolotl-ai-co|redhatai|neuralmagic|nvidia|mlx-community|lmstudio-community|mistral-community|bartowski)\//i;

/**
 * Endings of names by format. Uploads in bitsandbytes' 4 bits have quantised scales. GPTQ and AWQ keep 4 bits, an fp16
 * scale and a 4-bit zero per 128 weights; their other widths are not modelled. Source: `quantization_config` of Unsloth's
 * and TheBloke's uploads
 */
const endings: readonly (readonly [ending: RegExp, stored: Omit<StoredFormat, "ending">])[] = [
  [/-unsloth-bnb-4bit$/, { base: "nf4-dq", isPartial: true }],
  [/-(bnb-4bit|bnb-nf4(-bf16)?|4bit-bnb)$/, { base: "nf4-dq" }],
  [/-bnb-(8bit|int8)$/, { base: "int8" }],
  [/-(awq|gptq)(-int4|-4bit)?$/, { base: "gptq" }],
  [/-f(p)?16$/, { base: "fp16" }],
  [/-(bf16|dequantized)$/, { base: "bf16" }],
  [/-((gptq|awq|gguf|mlx|aqlm|fp8|nvfp4|mxfp4|int[48]|w[48]a\d+|[34568]bit)(-[\w-]+)?)$/, {}],
];

/** A copy's name as its publisher spells it, without the mirror's organisation and the format's ending. */
export function nameOfOriginal(name: string): { readonly name: string; readonly stored?: StoredFormat } {
  const own = name.replace(mirrors, "");
  for (const [pattern, stored] of endings) {
    const [match] = pattern.exec(own.toLowerCase()) ?? [];
    if (match !== undefined)
      return {
        name: own.slice(0, -match.length),
        stored: { ending: own.slice(1 - match.length), ...stored },
      };
  }
  return { name: own };
}
