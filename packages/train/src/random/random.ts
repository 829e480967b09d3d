import { sha256Bytes } from "@lorank/checkpoint/sha256";
import { InputError } from "@lorank/core";
import { logOfUnit } from "./portable-math.ts";

/** Reproducible random numbers: the same bytes on every machine and Node version. */
export interface RandomStream {
  /** Whole number in [0, 2^32). */
  nextUint32(): number;
  /** Uniform in [0, 1), a multiple of 2^-24, exact in float32. */
  uniform(): number;
  normal(): number;
  /** Whole number in [0, n), uniform; n is in [1, 2^32]. */
  integer(n: number): number;
  /** Random permutation of 0 … n − 1, uniform up to 128 bits of state. */
  shuffle(n: number): Uint32Array;
  /** Fills `out` with U(low, high). `high` itself occurs only by rounding to float32. */
  fillUniform(out: Float32Array, low: number, high: number): void;
  /** Fills `out` with N(0, std²). */
  fillNormal(out: Float32Array, std: number): void;
}

/**
 * Random stream for `seed` and `names`. Other names give independent streams: `randomStream(seed, "lora-a",
 * "model.layers.0.self_attn.q_proj")`.
 *
 * Generator: xoshiro128**, its state the first 128 bits of SHA-256 over the JSON `[seed, ...names]`, as four
 * little-endian words. All arithmetic is exact or correctly rounded in every engine. Tests freeze the output, on which
 * every sweep's result depends.
 *
 * Source: D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", https://prng.di.unimi.it/
 */
export function randomStream(seed: number, ...names: readonly (string | number)[]): RandomStream {
  if (!Number.isSafeInteger(seed)) throw new InputError("E_SEED", `seed must be a whole number, got ${seed}`);
  const { buffer, byteOffset } = sha256Bytes(JSON.stringify([seed, ...names]));
  const key = new DataView(buffer, byteOffset);
  const word = (at: number): number => key.getUint32(at, true);
  return xoshiro128StarStar([word(0), word(4), word(8), word(12)]);
}

/** Stream from a state that is not all zeros, for tests. */
export function xoshiro128StarStar(state: readonly [number, number, number, number]): RandomStream {
  const s = Int32Array.from(state);
  /** Second normal value from a pair; NaN if none waits. */
  let spare = Number.NaN;

  function nextUint32(): number {
    const s1 = s[1]!;
    const times5 = Math.imul(s1, 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9);
    const s2 = s[2]! ^ s[0]!;
    const s3 = s[3]! ^ s1;
    s[1] = s1 ^ s2;
    s[0] = s[0]! ^ s3;
    s[2] = s2 ^ (s1 << 9);
    s[3] = (s3 << 11) | (s3 >>> 21);
    return result >>> 0;
  }

  const uniform = (): number => (nextUint32() >>> 8) * 2 ** -24;

  /** Normal value by the polar method. Source: G. Marsaglia, T. A. Bray, SIAM Review 6 (1964) 260. */
  function normal(): number {
    if (!Number.isNaN(spare)) {
      const waiting = spare;
      spare = Number.NaN;
      return waiting;
    }
    for (;;) {
      // Odd multiples of 2^-32 in (-1, 1) are never 0, so neither is the square sum.
      const u = (nextUint32() + 0.5) * 2 ** -31 - 1;
      const v = (nextUint32() + 0.5) * 2 ** -31 - 1;
      const square = u * u + v * v;
      if (square >= 1) continue;
      const factor = Math.sqrt((-2 * logOfUnit(square)) / square);
      spare = v * factor;
      return u * factor;
    }
  }

  function integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) {
      throw new InputError("E_RANDOM_RANGE", `n must be a whole number from 1 to 2^32, got ${n}`);
    }
    const limit = 2 ** 32 - (2 ** 32 % n); // above it, low remainders would be too frequent
    let draw = nextUint32();
    while (draw >= limit) draw = nextUint32();
    return draw % n;
  }

  /** Shuffles by Fisher and Yates, from the end. */
  function shuffle(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = integer(i + 1);
      const last = order[i]!;
      order[i] = order[j]!;
      order[j] = last;
    }
    return order;
  }

  function fillUniform(out: Float32Array, low: number, high: number): void {
    const width = high - low;
    for (let i = 0; i < out.length; i++) out[i] = low + width * uniform();
  }

  function fillNormal(out: Float32Array, std: number): void {
    for (let i = 0; i < out.length; i++) out[i] = std * normal();
  }

  return { nextUint32, uniform, normal, integer, shuffle, fillUniform, fillNormal };
}
