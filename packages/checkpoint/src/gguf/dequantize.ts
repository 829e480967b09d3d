import { toFloat32 } from "../dtype.ts";
import { float16Values } from "../float16.ts";
import type { GgufDType } from "../gguf-types.ts";
import { dequantizeQ4K, dequantizeQ5K, dequantizeQ6K } from "./dequantize-k.ts";

/**
 * The elements of a tensor as float32, bit for bit what ggml's own dequantisation gives. A product of a float16 scale
 * and a small integer is exact in float32, so each element is rounded once, when an offset is added.
 *
 * @param bytes whole blocks, from a multiple of 8 in their buffer. An F32 tensor shares it.
 * @param name for the error of an F64 value that float32 cannot hold, E_DTYPE.
 *
 * Source of the block formats: ggml-common.h and ggml-quants.c of llama.cpp, and gguf/quants.py of "gguf" 0.19.
 */
export function dequantize(bytes: Uint8Array, type: GgufDType, name: string): Float32Array {
  switch (type) {
    case "F32":
    case "F16":
    case "BF16":
    case "F64":
      return toFloat32(bytes, type, name);
    case "Q4_0":
      return dequantizeQ40(bytes);
    case "Q4_1":
      return dequantizeQ41(bytes);
    case "Q5_0":
      return dequantizeQ50(bytes);
    case "Q5_1":
      return dequantizeQ51(bytes);
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

/** 32 elements: float16 d, 16 bytes of two nibbles, the low ones first. d · (q − 8). */
function dequantizeQ40(bytes: Uint8Array): Float32Array {
  const half = float16Values();
  const blocks = bytes.length / 18;
  const out = new Float32Array(blocks * 32);
  for (let b = 0, at = 0, to = 0; b < blocks; b++, at += 18, to += 32) {
    const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    for (let i = 0; i < 16; i++) {
      const q = bytes[at + 2 + i]!;
      out[to + i] = d * ((q & 15) - 8);
      out[to + 16 + i] = d * ((q >> 4) - 8);
    }
  }
  return out;
}

/** 32 elements: float16 d and m, 16 bytes of two nibbles. d · q + m. */
function dequantizeQ41(bytes: Uint8Array): Float32Array {
  const half = float16Values();
  const blocks = bytes.length / 20;
  const out = new Float32Array(blocks * 32);
  for (let b = 0, at = 0, to = 0; b < blocks; b++, at += 20, to += 32) {
    const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    const m = half[bytes[at + 2]! | (bytes[at + 3]! << 8)]!;
    for (let i = 0; i < 16; i++) {
      const q = bytes[at + 4 + i]!;
      out[to + i] = d * (q & 15) + m;
      out[to + 16 + i] = d * (q >> 4) + m;
    }
  }
  return out;
}

/** 32 elements: float16 d, 32 fifth bits, 16 bytes of two nibbles. d · (q − 16). */
function dequantizeQ50(bytes: Uint8Array): Float32Array {
  const half = float16Values();
  const blocks = bytes.length / 22;
  const out = new Float32Array(blocks * 32);
  for (let b = 0, at = 0, to = 0; b < blocks; b++, at += 22, to += 32) {
    const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    for (let i = 0; i < 16; i++) {
      const q = bytes[at + 6 + i]!;
      out[to + i] = d * (((q & 15) | (bit(bytes, at + 2, i) << 4)) - 16);
      out[to + 16 + i] = d * (((q >> 4) | (bit(bytes, at + 2, i + 16) << 4)) - 16);
    }
  }
  return out;
}

/** 32 elements: float16 d and m, 32 fifth bits, 16 bytes of two nibbles. d · q + m. */
function dequantizeQ51(bytes: Uint8Array): Float32Array {
  const half = float16Values();
  const blocks = bytes.length / 24;
  const out = new Float32Array(blocks * 32);
  for (let b = 0, at = 0, to = 0; b < blocks; b++, at += 24, to += 32) {
    const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    const m = half[bytes[at + 2]! | (bytes[at + 3]! << 8)]!;
    for (let i = 0; i < 16; i++) {
      const q = bytes[at + 8 + i]!;
      out[to + i] = d * ((q & 15) | (bit(bytes, at + 4, i) << 4)) + m;
      out[to + 16 + i] = d * ((q >> 4) | (bit(bytes, at + 4, i + 16) << 4)) + m;
    }
  }
  return out;
}

/** 32 elements: float16 d, 32 signed bytes. d · q. */
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

/** Bit `index` of a little-endian bit string that starts at byte `at`. */
function bit(bytes: Uint8Array, at: number, index: number): number {
  return (bytes[at + (index >> 3)]! >> (index & 7)) & 1;
}
