import { InputError } from "@lorank/core";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { logOfUnit } from "./portable-math.ts";

/** A reproducible sequence of random numbers: the same bytes on every machine, operating system and Node version. */
export interface RandomStream {
  /** The next whole number in [0, 2^32). */
  nextUint32(): number;
  /** Uniform in [0, 1), a multiple of 2^-24, so that float32 holds it exactly. */
  uniform(): number;
  /** Normal with mean 0 and variance 1. */
  normal(): number;
  /** A whole number in [0, n), each equally likely; n is in [1, 2^32]. */
  integer(n: number): number;
  /** A permutation of 0 … n − 1, each equally likely up to the 128 bits of state. */
  shuffle(n: number): Uint32Array;
  /** Fills `out` with U(low, high). `high` itself occurs only where float32 rounds up to it. */
  fillUniform(out: Float32Array, low: number, high: number): void;
  /** Fills `out` with N(0, std²). */
  fillNormal(out: Float32Array, std: number): void;
}

/**
 * The random stream that belongs to `seed` and `names`. Streams of different names are independent: a new consumer gets
 * a name of its own and moves no other's numbers. For example, `randomStream(seed, "lora-a",
 * "model.layers.0.self_attn.q_proj")`.
 *
 * Generator: xoshiro128**. Its state is the first 128 bits of SHA-256 over the JSON array `[seed, ...names]`, read as
 * four little-endian words. In JSON ("a", "bc") differs from ("ab", "c"), and 1 from "1".
 *
 * Only whole-number arithmetic, `+ - * /` and the square root (correctly rounded in every engine) are used. A changed
 * output would change every result of every sweep: the tests freeze it.
 *
 * Source: D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", https://prng.di.unimi.it/
 */
export function randomStream(seed: number, ...names: readonly (string | number)[]): RandomStream {
  if (!Number.isSafeInteger(seed)) throw new InputError("E_SEED", `seed must be a whole number, got ${seed}`);
  const { buffer, byteOffset } = sha256(utf8ToBytes(JSON.stringify([seed, ...names])));
  const key = new DataView(buffer, byteOffset);
  const word = (at: number): number => key.getUint32(at, true);
  return xoshiro128StarStar([word(0), word(4), word(8), word(12)]);
}

/** A stream that starts from a state, which must not be all zeros. For tests; see {@link randomStream}. */
export function xoshiro128StarStar(state: readonly [number, number, number, number]): RandomStream {
  const s = Int32Array.from(state);
  /** The second normal of a pair, or NaN when none waits. */
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

  /** Polar method. Source: G. Marsaglia, T. A. Bray, SIAM Review 6 (1964) 260. */
  function normal(): number {
    if (!Number.isNaN(spare)) {
      const waiting = spare;
      spare = Number.NaN;
      return waiting;
    }
    for (;;) {
      // Odd multiples of 2^-32 in (-1, 1): symmetric, never 0, so the square sum is never 0 either.
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
    const limit = 2 ** 32 - (2 ** 32 % n); // above it the low remainders would come once too often
    let draw = nextUint32();
    while (draw >= limit) draw = nextUint32();
    return draw % n;
  }

  /** Fisher and Yates, from the end. */
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
