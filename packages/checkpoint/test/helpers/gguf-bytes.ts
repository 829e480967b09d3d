/** A value with its type, as bytes: the type's id in front. */
export type RawValue = { readonly type: number; readonly bytes: Buffer };

export const u32 = (value: number): RawValue => ({ type: 4, bytes: uint32(value) });
export const f32 = (value: number): RawValue => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return { type: 6, bytes };
};
export const bool = (value: number): RawValue => ({ type: 7, bytes: Buffer.of(value) });
export const text = (value: string | Buffer): RawValue => ({ type: 8, bytes: string(value) });
export const array = (elementType: number, bytes: Buffer, count: number | bigint): RawValue => ({
  type: 9,
  bytes: Buffer.concat([uint32(elementType), uint64(count), bytes]),
});
export const texts = (values: readonly string[]): RawValue =>
  array(8, Buffer.concat(values.map(string)), values.length);
export const int32s = (values: readonly number[]): RawValue =>
  array(5, Buffer.from(Int32Array.from(values).buffer), values.length);
export const float32s = (values: readonly number[]): RawValue =>
  array(6, Buffer.from(Float32Array.from(values).buffer), values.length);

export interface RawTensor {
  /** As the file has them: innermost first. */
  readonly dimensions: readonly (number | bigint)[];
  /** Its id; 0 is F32. */
  readonly type?: number;
  /** From the start of the data; behind the tensor before it by default. */
  readonly offset?: number | bigint;
  /** Zeros of an F32 tensor by default. */
  readonly data?: Buffer;
}

export interface RawGguf {
  readonly magic?: string;
  readonly version?: number;
  readonly tensorCount?: number | bigint;
  readonly keyCount?: number | bigint;
  readonly metadata?: readonly (readonly [key: string, value: RawValue])[];
  readonly tensors?: readonly (readonly [name: string, RawTensor])[];
}

/** The bytes of a GGUF that may say anything. */
export function rawGguf({
  magic = "GGUF",
  version = 3,
  tensorCount,
  keyCount,
  metadata = [],
  tensors = [],
}: RawGguf): Buffer {
  const infos: Buffer[] = [];
  const datas: Buffer[] = [];
  let end = 0;
  for (const [name, { dimensions, type = 0, offset = end, data }] of tensors) {
    const bytes = data ?? Buffer.alloc(4 * Number(dimensions.reduce((a, b) => BigInt(a) * BigInt(b), 1n)));
    const padded = Buffer.alloc(Math.ceil(bytes.length / 32) * 32);
    bytes.copy(padded);
    datas.push(padded);
    infos.push(
      Buffer.concat([
        string(name),
        uint32(dimensions.length),
        ...dimensions.map(uint64),
        uint32(type),
        uint64(offset),
      ]),
    );
    end += padded.length;
  }
  const head = Buffer.concat([
    Buffer.from(magic),
    uint32(version),
    uint64(tensorCount ?? tensors.length),
    uint64(keyCount ?? metadata.length),
    ...metadata.map(([key, { type, bytes }]) => Buffer.concat([string(key), uint32(type), bytes])),
    ...infos,
  ]);
  const padding = Buffer.alloc((32 - (head.length % 32)) % 32);
  return Buffer.concat([head, padding, ...datas]);
}

function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
