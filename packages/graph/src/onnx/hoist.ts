import { DecodeArena } from "../decode-4bit/arena.ts";
import { type Program, program } from "../program.ts";
import type { Tensors } from "../runtime.ts";
import { float32, floats, sizeOf } from "../tensor.ts";
import { isOp, type Value } from "../value.ts";
import { codedInputs, codedWeights } from "./coded-products.ts";

/** 4-bit weight decoded on the host, then fed as float32 or bound once. */
interface HoistedWeight {
  readonly name: string;
  readonly value: Value<"decode4bit">;
  readonly codes: string;
  readonly absmax: string;
  readonly isBound: boolean;
}

interface Hoisted {
  readonly program: Program;
  readonly weights: readonly HoistedWeight[];
}

/**
 * Moves weight decoding out of a program, except for unbound weights that matrix products decode. onnxruntime's
 * operators gather byte by byte, as slowly as the product itself.
 * @param constants bound inputs; weights made from them are decoded once. (default none)
 */
export function hoistDecoding(original: Program, constants: Tensors = {}): Hoisted {
  const coded = codedWeights(original);
  const names = new Map(original.inputs.map(({ name, value }) => [value, name]));
  const weights: HoistedWeight[] = [];
  for (const value of original.steps) {
    if (!isOp(value, "decode4bit")) continue;
    const parts = codedInputs(value, names);
    if (parts === undefined) continue;
    const isBound = constants[parts.codes] !== undefined && constants[parts.absmax] !== undefined;
    if (isBound || !coded.has(value))
      weights.push({ name: `${parts.codes}.decoded`, value, ...parts, isBound });
  }
  if (weights.length === 0) return { program: original, weights };
  const cuts = new Map([...names, ...weights.map(({ name, value }) => [value, name] as const)]);
  return { program: program(original.outputs, cuts), weights };
}

/** Decoding arenas, one per concurrent run. */
export class ArenaPool {
  readonly #free: DecodeArena[] = [];

  async withWeights<T>(
    weights: readonly HoistedWeight[],
    feeds: Tensors,
    run: (feeds: Tensors) => Promise<T>,
  ): Promise<T> {
    if (weights.length === 0) return run(feeds);
    const arena = this.#free.pop() ?? new DecodeArena();
    try {
      const decoded = arena.decode(
        weights.map(({ value, codes, absmax }) => ({
          ...value.attributes,
          codes: feeds[codes]!.data as Uint8Array,
          absmax: floats(feeds[absmax]!),
          size: sizeOf(value.shape),
        })),
      );
      const inputs = weights.map(({ name, value }, i) => [name, float32(value.shape, decoded[i])] as const);
      return await run({ ...feeds, ...Object.fromEntries(inputs) });
    } finally {
      this.#free.push(arena);
    }
  }
}
