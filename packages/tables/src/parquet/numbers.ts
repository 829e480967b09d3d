/** Writers make blocks of 128 to some thousand. */
const MOST_DELTA_BLOCK = 2 ** 20;
/** Values behind the last one that a run may hold: packed are eight together at least, and 32 by DuckDB. */
const MOST_PADDING = 1024;

/** Throws unless `value` is a whole number from `low` to `high`; `type` is that of its Thrift field. */
export function assertWhole(
  name: string,
  value: unknown,
  low: number,
  high: number,
  type: "number" | "bigint" = "number",
): number {
  const number = Number(value);
  if (typeof value === type && Number.isInteger(number) && number >= low && number <= high) return number;
  throw new Error(`${name} must be ${low === high ? low : `${low} to ${high}`}, got ${value}`);
}

export function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new Error(`byte ${at} must be among the ${bytes.length} of its part`);
  return byte;
}

/** An unsigned number of seven bits a byte; beyond 2^53 it is not exact. */
export function varintAt(bytes: Uint8Array, at: number): [value: number, end: number] {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = byteAt(bytes, at++);
    value += (byte & 127) * scale;
    if (byte < 128) return [value, at];
    if (scale >= 2 ** 63) throw new Error("a number must have at most 10 bytes");
  }
}

/** Checks numbers that are deltas in blocks. Source: Parquet's Encodings.md, DELTA_BINARY_PACKED. */
export function checkDelta(bytes: Uint8Array, start: number, count: number): void {
  let at = start;
  const next = (): number => {
    const [value, end] = varintAt(bytes, at);
    at = end;
    return value;
  };
  const block = assertWhole("the size of a block of deltas", next(), 8, MOST_DELTA_BLOCK);
  const parts = assertWhole("the parts of a block of deltas", next(), 1, block / 8);
  const each = assertWhole("the size of a part of deltas", block / parts / 8, 1, block) * 8;
  assertWhole("the number of deltas", next(), count, count);
  next(); // the first value
  for (let read = 1; read < count; ) {
    next(); // the smallest delta
    const widths = bytes.subarray(at, at + parts);
    at += parts;
    for (let i = 0; i < parts && read < count; i++, read += each)
      at += (assertWhole("the width of a delta", widths[i], 0, 64) * each) / 8;
    assertWhole("the end of deltas", at, 0, bytes.length);
  }
}

/** Calls `onRun` for the runs of `count` numbers of `width` bits. Source: Parquet's Encodings.md, RLE/bit-packing hybrid. */
export function forRuns(
  bytes: Uint8Array,
  start: number,
  width: number,
  count: number,
  most: number,
  onRun: (value: number, times: number) => void = () => {},
): void {
  let at = start;
  const add = (value: number, times: number): void => {
    if (value > most) throw new Error(`a level or an index must be at most ${most}, got ${value}`);
    onRun(value, times);
  };
  for (let seen = 0; seen < count; ) {
    const [header, behind] = varintAt(bytes, at);
    at = behind;
    const isPacked = header % 2 === 1;
    const times = Math.floor(header / 2) * (isPacked ? 8 : 1);
    assertWhole("the length of a run", times, 0, count - seen + (isPacked ? MOST_PADDING : 0));
    const used = Math.min(times, count - seen);
    const length = Math.ceil(((isPacked ? used : 1) * width) / 8);
    assertWhole("the bytes of a run", length, 0, bytes.length - at);
    const mask = 2 ** width - 1;
    let [bits, bitCount, from] = [0, 0, at];
    for (let i = 0; i < (isPacked ? used : 1); i++) {
      while (bitCount < (isPacked ? width : length * 8)) {
        bits |= bytes[from++]! << bitCount;
        bitCount += 8;
      }
      add(isPacked ? bits & mask : bits, isPacked ? 1 : used);
      bits >>>= width;
      bitCount -= width;
    }
    at += isPacked ? (times / 8) * width : length;
    seen += used;
  }
}

/** The four bytes at `at` as a length of at most `most`. */
export function lengthAt(bytes: Uint8Array, at: number, most: number): number {
  if (most < 0) throw new Error("a length must stand within its page");
  const length = bytes[at]! + bytes[at + 1]! * 2 ** 8 + bytes[at + 2]! * 2 ** 16 + bytes[at + 3]! * 2 ** 24;
  if (length > most) throw new Error(`a length must be at most ${most}, got ${length}`);
  return length;
}

export const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
