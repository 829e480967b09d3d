/** The few forms of protocol buffers that event files have: https://protobuf.dev/programming-guides/encoding. */
export type Bytes = Uint8Array;

/** A message of these fields, each already encoded. */
export function message(...fields: readonly Bytes[]): Bytes {
  return Buffer.concat(fields);
}

/** An integer of at least 0, a boolean or an enum. */
export function varint(field: number, value: number): Bytes {
  return Buffer.concat([number((field << 3) | 0), number(value)]);
}

export function double(field: number, value: number): Bytes {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([number((field << 3) | 1), bytes]);
}

export function float(field: number, value: number): Bytes {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([number((field << 3) | 5), bytes]);
}

/** A text, or a message within a message. */
export function nested(field: number, value: string | Bytes): Bytes {
  const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
  return Buffer.concat([number((field << 3) | 2), number(bytes.length), bytes]);
}

/** Seven bits a byte, the lowest first; by division, for integers above 2^31. */
function number(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
