import { shown } from "../text.ts";
import { bad, type GgufCursor } from "./cursor.ts";

/** A value of the metadata. Integers that a number cannot hold are bigints. */
export type GgufValue = number | bigint | boolean | string | GgufArray;

export type GgufArray =
  | readonly string[]
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | BigUint64Array
  | BigInt64Array
  | Float64Array;

const MOST_ARRAY_ELEMENTS = 1_000_000;

const STRING = 8;
const ARRAY = 9;

/** Reads a value of the type that precedes it. `field` is its quoted key. */
export function readValue(cursor: GgufCursor, field: string): GgufValue {
  const type = cursor.u32(`type of ${field}`);
  return type === ARRAY ? readArray(cursor, field) : readScalar(cursor, type, field);
}

function readScalar(cursor: GgufCursor, type: number, field: string): GgufValue {
  switch (type) {
    case 0:
      return cursor.u8(field);
    case 1:
      return cursor.i8(field);
    case 2:
      return cursor.u16(field);
    case 3:
      return cursor.i16(field);
    case 4:
      return cursor.u32(field);
    case 5:
      return cursor.i32(field);
    case 6:
      return shortestFloat32(cursor.f32(field));
    case 7:
      return boolean(cursor.u8(field), cursor, field);
    case STRING:
      return cursor.string(field);
    case 10:
      return numberIfSafe(cursor.u64(field));
    case 11:
      return numberIfSafe(cursor.i64(field));
    case 12:
      return cursor.f64(field);
    default:
      throw bad(cursor.file, `type of ${field} must be one of 0 to 12, got ${type}`);
  }
}

function readArray(cursor: GgufCursor, field: string): GgufArray {
  const type = cursor.u32(`element type of ${field}`);
  const bytesEach = ARRAY_BYTES[type];
  if (bytesEach === undefined) {
    throw bad(cursor.file, `element type of ${field} must be one of 0 to 8 or 10 to 12, got ${type}`);
  }
  const count = cursor.count(`element count of ${field}`, MOST_ARRAY_ELEMENTS, bytesEach);
  if (type === STRING) {
    return Array.from({ length: count }, (_, i) => cursor.string(`element ${i} of ${field}`));
  }
  const bytes = cursor.bytes(count * bytesEach, field);
  if (type === 7) for (const byte of bytes) boolean(byte, cursor, field); // they stay bytes of 0 and 1
  return typed(type, bytes.buffer);
}

/** Bytes that an element takes at least: a string has a length of eight. */
const ARRAY_BYTES: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  [STRING]: 8,
  10: 8,
  11: 8,
  12: 8,
};

function typed(type: number, buffer: ArrayBuffer): GgufArray {
  switch (type) {
    case 0:
    case 7:
      return new Uint8Array(buffer);
    case 1:
      return new Int8Array(buffer);
    case 2:
      return new Uint16Array(buffer);
    case 3:
      return new Int16Array(buffer);
    case 4:
      return new Uint32Array(buffer);
    case 5:
      return new Int32Array(buffer);
    case 6:
      return new Float32Array(buffer);
    case 10:
      return new BigUint64Array(buffer);
    case 11:
      return new BigInt64Array(buffer);
    default:
      return new Float64Array(buffer);
  }
}

function boolean(byte: number, cursor: GgufCursor, field: string): boolean {
  if (byte <= 1) return byte === 1;
  throw bad(cursor.file, `${field} must be a boolean, 0 or 1, got ${byte}`);
}

function numberIfSafe(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The shortest decimal that rounds to the same float32: a config's 1e-5 comes back as 1e-5, not 9.99999974…e-6. */
export function shortestFloat32(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}

/** A value for an error message. */
export function shownValue(value: GgufValue | undefined): string {
  if (value === undefined) return "no such key";
  if (typeof value === "object") return `an array of ${value.length}`;
  return typeof value === "bigint" ? String(value) : shown(value);
}
