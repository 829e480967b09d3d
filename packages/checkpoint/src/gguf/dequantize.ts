import type { InputError } from "@lorank/core";
import { float16Values, toFloat32 } from "../dtype.ts";
import { GGUF_DTYPES, type GgufDType, isGgufDType } from "../gguf-types.ts";
import { tensorInfo } from "../tensor.ts";
import { quoted } from "../text.ts";
import { bad } from "./cursor.ts";
import type { GgufHeader } from "./header.ts";

/**
 * Tensor elements as float32, in file order. Throws E_GGUF for an unreadable type, E_DTYPE for a float64 that float32
 * cannot hold.
 */
export function tensorFloats({ file, tensors }: GgufHeader, name: string, bytes: Uint8Array): Float32Array {
  const { type } = tensorInfo(tensors, name, file);
  if (!isGgufDType(type)) throw unreadable(file, name, type);
  return dequantize(bytes, type, name);
}

export function unreadable(file: string, name: string, type: string): InputError {
  return bad(file, `tensor ${quoted(name)} must be ${GGUF_DTYPES.join(", ")}, got ${type}`);
}

/**
 * Dequantises bit for bit as ggml. A float16 scale times a small integer is exact in float32, so each element is
 * rounded once, when an offset is added.
 *
 * @param bytes whole blocks, from a multiple of 8 in their buffer. An F32 tensor shares it.
 * @param name for the error about an F64 value that float32 cannot hold, E_DTYPE. Source of the block formats:
 * ggml-common.h and ggml-quants.c of llama.cpp, and gguf/quants.py of "gguf" 0.19.
 */
function dequantize(bytes: Uint8Array, type: GgufDType, name: string): Float32Array {
  switch (type) {
    case "F32":
    case "F16":
    case "BF16":
    case "F64":
      return toFloat32(bytes, type, name);
    case "Q4_0":
      return dequantizeNibbles(bytes, false, false);
    case "Q4_1":
      return dequantizeNibbles(bytes, true, false);
    case "Q5_0":
      return dequantizeNibbles(bytes, false, true);
    case "Q5_1":
      return dequantizeNibbles(bytes, true, true);
    case "Q8_0":
      return dequantizeQ80(bytes);
    case "Q4_K":
      return dequantizeQ4K(bytes);
    case "Q5_K":
      return dequantizeQ5K(bytes);
    case "Q6_K":
      return dequantizeQ6K(bytes);
  }
}

/**
 * Q4_0 to Q5_1, 32 elements per block: float16 d, optional float16 m, optional 32 fifth bits, 16 bytes with two nibbles
 * each. Low nibbles come first. Value: d · q + m; without m d · (q − 8) for 4 bits, d · (q − 16) for 5.
 */
function dequantizeNibbles(bytes: Uint8Array, hasM: boolean, hasFifth: boolean): Float32Array {
  const half = float16Values();
  const nibbles = (hasM ? 4 : 2) + (hasFifth ? 4 : 0);
  const middle = hasM ? 0 : hasFifth ? 16 : 8;
  const size = nibbles + 16;
  const blocks = bytes.length / size;
  const out = new Float32Array(blocks * 32);
  for (let b = 0, at = 0, to = 0; b < blocks; b++, at += size, to += 32) {
    const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    const m = hasM ? half[bytes[at + 2]! | (bytes[at + 3]! << 8)]! : -0; // -0 leaves the sign of a zero
    const fifth = hasFifth ? uint32(bytes, at + nibbles - 4) : 0;
    for (let i = 0; i < 16; i++) {
      const q = bytes[at + nibbles + i]!;
      out[to + i] = d * (((q & 15) | (((fifth >>> i) & 1) << 4)) - middle) + m;
      out[to + 16 + i] = d * (((q >> 4) | (((fifth >>> (i + 16)) & 1) << 4)) - middle) + m;
    }
  }
  return out;
}

/** Q8_0, 32 elements per block: float16 d, 32 signed bytes. Value d · q. */
function dequantizeQ80(bytes: Uint8Array): Float32Array {
  const half = float16Values();
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const blocks = bytes.length / 34;
  const out = new Float32Array(blocks * 32);
  for (let b = 0, at = 0, to = 0; b < blocks; b++, at += 34, to += 32) {
    const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    for (let i = 0; i < 32; i++) out[to + i] = d * signed[at + 2 + i]!;
  }
  return out;
}

function uint32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

// K-quants: super-blocks with 256 elements in groups with separate scales.

/**
 * Q4_K: float16 d and dmin, 12 bytes with eight 6-bit scales and minima, 128 bytes with nibbles. Value d · scale · q −
 * dmin · minimum.
 */
function dequantizeQ4K(bytes: Uint8Array): Float32Array {
  const blocks = bytes.length / 144;
  const out = new Float32Array(blocks * 256);
  for (let b = 0, at = 0, to = 0; b < blocks; b++, at += 144, to += 256) {
    for (let pair = 0; pair < 4; pair++) {
      const [d1, m1] = groupScale(bytes, at, 2 * pair);
      const [d2, m2] = groupScale(bytes, at, 2 * pair + 1);
      const first = to + 64 * pair;
      for (let i = 0; i < 32; i++) {
        const q = bytes[at + 16 + 32 * pair + i]!;
        out[first + i] = d1 * (q & 15) - m1;
        out[first + 32 + i] = d2 * (q >> 4) - m2;
      }
    }
  }
  return out;
}

/**
 * Q5_K: as Q4_K, with 32 bytes of fifth bits before the nibbles: bit `g` of byte `i` belongs to element `i` of group
 * `g`.
 */
function dequantizeQ5K(bytes: Uint8Array): Float32Array {
  const blocks = bytes.length / 176;
  const out = new Float32Array(blocks * 256);
  for (let b = 0, at = 0, to = 0; b < blocks; b++, at += 176, to += 256) {
    for (let pair = 0; pair < 4; pair++) {
      const [d1, m1] = groupScale(bytes, at, 2 * pair);
      const [d2, m2] = groupScale(bytes, at, 2 * pair + 1);
      const first = to + 64 * pair;
      for (let i = 0; i < 32; i++) {
        const q = bytes[at + 48 + 32 * pair + i]!;
        const fifth = bytes[at + 16 + i]! >> (2 * pair);
        out[first + i] = d1 * ((q & 15) | ((fifth & 1) << 4)) - m1;
        out[first + 32 + i] = d2 * ((q >> 4) | ((fifth & 2) << 3)) - m2;
      }
    }
  }
  return out;
}

/**
 * Q6_K: 128 bytes with low nibbles, 64 with upper bit pairs, 16 signed scales, float16 d. Value d · scale · (q − 32).
 */
function dequantizeQ6K(bytes: Uint8Array): Float32Array {
  const half = float16Values();
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const blocks = bytes.length / 210;
  const out = new Float32Array(blocks * 256);
  for (let b = 0, at = 0, to = 0; b < blocks; b++, at += 210, to += 256) {
    const d = half[bytes[at + 208]! | (bytes[at + 209]! << 8)]!;
    for (let group = 0; group < 8; group++) {
      // Groups of 32, four to a half: 64 bytes with nibbles (groups 0, 2 and 1, 3 share bytes) and 32 with pairs.
      const low = at + 64 * (group >> 2) + 32 * (group & 1);
      const lowShift = 4 * ((group >> 1) & 1);
      const high = at + 128 + 32 * (group >> 2);
      const highShift = 2 * (group & 3);
      for (let i = 0; i < 32; i++) {
        const q = ((bytes[low + i]! >> lowShift) & 15) | (((bytes[high + i]! >> highShift) & 3) << 4);
        out[to + 32 * group + i] = d * signed[at + 192 + 2 * group + (i >> 4)]! * (q - 32);
      }
    }
  }
  return out;
}

/**
 * Group scale (d · scale) and minimum (dmin · minimum), for a group out of eight. The last four groups' upper bits lie
 * above the first four's.
 */
function groupScale(bytes: Uint8Array, at: number, group: number): [scale: number, minimum: number] {
  const half = float16Values();
  const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
  const dmin = half[bytes[at + 2]! | (bytes[at + 3]! << 8)]!;
  const scales = at + 4;
  if (group < 4) return [d * (bytes[scales + group]! & 63), dmin * (bytes[scales + 4 + group]! & 63)];
  const low = bytes[scales + 4 + group]!;
  const scale = (low & 15) | ((bytes[scales + group - 4]! >> 6) << 4);
  const minimum = (low >> 4) | ((bytes[scales + group]! >> 6) << 4);
  return [d * scale, dmin * minimum];
}
