/** A number at a step. */
export interface Scalar {
  readonly tag: string;
  readonly step: number;
  readonly value: number;
  /** Seconds since 1970. */
  readonly time: number;
}

/** What the plugin for hyperparameters reads under a tag of its own. */
export interface PluginValue {
  readonly tag: string;
  readonly content: Bytes;
  readonly time: number;
}

/**
 * An event file of TensorBoard: records of TFRecord, each an `Event` of tensorflow/core/util/event.proto, the first of them
 * the version.
 *
 * @param startedAt seconds since 1970.
 */
export function eventFile(
  startedAt: number,
  plugin: readonly PluginValue[],
  scalars: readonly Scalar[],
): Bytes {
  return Buffer.concat([
    record(message(double(1, startedAt), nested(3, "brain.Event:2"))),
    ...plugin.map(({ tag, content, time }) => record(pluginEvent(tag, content, time))),
    ...scalars.map(({ tag, step, value, time }) =>
      record(
        message(
          double(1, time),
          varint(2, step),
          nested(5, nested(1, message(nested(1, tag), float(2, value)))),
        ),
      ),
    ),
  ]);
}

function pluginEvent(tag: string, content: Bytes, time: number): Bytes {
  const metadata = nested(1, message(nested(1, "hparams"), nested(2, content)));
  // A zero of shape [1]: what is without a tensor is passed over by some readers.
  const tensor = message(varint(1, 1), nested(2, nested(2, varint(1, 1))), nested(5, Buffer.alloc(4)));
  return message(
    double(1, time),
    nested(5, nested(1, message(nested(1, tag), nested(9, metadata), nested(8, tensor)))),
  );
}

/** Length, its checksum, the bytes and theirs: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details. */
function record(data: Bytes): Bytes {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, maskedCrc(length), data, maskedCrc(data)]);
}

function maskedCrc(data: Bytes): Bytes {
  const crc = crc32c(data);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
  return bytes;
}

/** For each byte the remainder by Castagnoli's polynomial, with reversed bits. */
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  return rest;
});

/** CRC-32C, https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4. */
export function crc32c(data: Bytes): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = remainders[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

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
