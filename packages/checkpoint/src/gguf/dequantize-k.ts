import { float16Values } from "../float16.ts";

// Super-blocks of 256 elements, cut into groups with scales of their own.

/** float16 d and dmin, 12 bytes of eight 6-bit scales and minima, 128 bytes of nibbles. d · scale · q − dmin · minimum. */
export function dequantizeQ4K(bytes: Uint8Array): Float32Array {
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

/** As Q4_K, with 32 bytes of fifth bits before the nibbles: bit `g` of byte `i` belongs to element `i` of group `g`. */
export function dequantizeQ5K(bytes: Uint8Array): Float32Array {
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

/** 128 bytes of low nibbles, 64 of upper bit pairs, 16 signed scales, float16 d. d · scale · (q − 32). */
export function dequantizeQ6K(bytes: Uint8Array): Float32Array {
  const half = float16Values();
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const blocks = bytes.length / 210;
  const out = new Float32Array(blocks * 256);
  for (let b = 0, at = 0, to = 0; b < blocks; b++, at += 210, to += 256) {
    const d = half[bytes[at + 208]! | (bytes[at + 209]! << 8)]!;
    for (let group = 0; group < 8; group++) {
      // Groups of 32: four to a half, which has 64 bytes of nibbles (groups 0, 2 and 1, 3 share theirs) and 32 of pairs.
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

/** d · scale and dmin · minimum of group `group` of eight. The last four groups' upper bits lie above the first four's. */
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
