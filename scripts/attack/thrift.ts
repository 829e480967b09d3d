/** Changes of a Parquet file that know its form: a number of its footer or of a page's header in place of another one. */
import type { Mutator, Random } from "./mutate.ts";

/** A value of Thrift's compact protocol with its type, as it is written. */
type Thrift =
  | { type: number; number: bigint }
  | { type: number; bytes: Buffer }
  | { type: 9; each: number; list: Thrift[] }
  | Struct;
interface Struct {
  type: 12;
  fields: { id: number; value: Thrift }[];
}

const STRUCT = 12;
const NUMBERS = [-1n, 0n, 1n, 2n, 7n, 1n << 20n, (1n << 31n) - 1n, -(1n << 31n), 1n << 53n, (1n << 63n) - 1n];

class Reader {
  at: number;
  readonly #bytes: Buffer;
  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }
  struct(): Struct {
    const fields: Struct["fields"] = [];
    for (let id = 0; ; ) {
      const header = this.#bytes[this.at++]!;
      if ((header & 15) === 0) return { type: STRUCT, fields };
      id = header >> 4 > 0 ? id + (header >> 4) : Number(unzigzag(this.#varint()));
      fields.push({ id, value: this.#value(header & 15) });
    }
  }
  #value(type: number): Thrift {
    if (type === 1 || type === 2) return { type, bytes: Buffer.alloc(0) };
    if (type === 3 || type === 7) return { type, bytes: this.#take(type === 3 ? 1 : 8) };
    if (type === 8) return { type, bytes: this.#take(Number(this.#varint())) };
    if (type === STRUCT) return this.struct();
    if (type !== 9) return { type, number: unzigzag(this.#varint()) };
    const header = this.#take(1)[0]!;
    const length = header >> 4 === 15 ? Number(this.#varint()) : header >> 4;
    const each = header & 15;
    const list = Array.from({ length }, () => this.#value(each === 1 || each === 2 ? 3 : each));
    return { type: 9, each, list };
  }
  #take(length: number): Buffer {
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }
  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#bytes[this.at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }
}

const unzigzag = (value: bigint): bigint => (value >> 1n) ^ -(value & 1n);
const zigzag = (value: bigint): bigint => BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (; value > 127n; value >>= 7n) bytes.push(Number(value & 127n) | 128);
  return Buffer.from([...bytes, Number(value)]);
}

function written(value: Thrift): Buffer {
  if ("number" in value) return varint(zigzag(value.number));
  if ("bytes" in value)
    return value.type === 8 ? Buffer.concat([varint(BigInt(value.bytes.length)), value.bytes]) : value.bytes;
  if ("list" in value) {
    const { each, list } = value;
    const header = Buffer.concat([Buffer.of(0xf0 | each), varint(BigInt(list.length))]);
    return Buffer.concat([header, ...list.map(written)]);
  }
  const parts = value.fields.map(({ id, value }) =>
    Buffer.concat([Buffer.of(value.type), varint(zigzag(BigInt(id))), written(value)]),
  );
  return Buffer.concat([...parts, Buffer.of(0)]);
}

/** All the values of a struct, itself included, that `is` holds for. */
function within(value: Thrift, is: (value: Thrift) => boolean): Thrift[] {
  const inner =
    "list" in value ? value.list : "fields" in value ? value.fields.map((field) => field.value) : [];
  return [...(is(value) ? [value] : []), ...inner.flatMap((one) => within(one, is))];
}

/** Changes one number, type, list or field of a struct. */
function change(struct: Thrift, random: Random): void {
  const action = random.below(10);
  if (action < 7) {
    const one = random.of(within(struct, (value) => "number" in value)) as { number: bigint };
    const near = one.number + random.of([-1n, 1n, -8n, 8n]);
    one.number = random.of([...NUMBERS, near, near, BigInt(random.below(100_000)), one.number * 1000n]);
  } else if (action === 7) {
    const one = random.of(within(struct, (value) => "number" in value)) as { type: number };
    one.type = random.of([1, 2, 4, 5, 6]);
  } else if (action === 8) {
    const lists = within(struct, (value) => "list" in value && value.list.length > 0) as { list: Thrift[] }[];
    const list = lists.length === 0 ? [] : random.of(lists).list;
    const [from, to] = [random.below(list.length), random.below(list.length)];
    if (random.below(2) === 0) list.splice(from, 1);
    else if (list.length > 0) list.splice(to, 0, list[from]!);
  } else {
    const { fields } = random.of(within(struct, (value) => "fields" in value)) as Struct;
    if (fields.length > 0) fields.splice(random.below(fields.length), 1);
  }
}

const field = (struct: Thrift | undefined, id: number): Thrift | undefined =>
  struct !== undefined && "fields" in struct ? struct.fields.find((one) => one.id === id)?.value : undefined;
const listOf = (value: Thrift | undefined): Thrift[] =>
  value !== undefined && "list" in value ? value.list : [];

/** One to two changes of the footer, or of the header of a page, with the offsets behind it put right. */
export const mutatedThrift: Mutator = (original, random) => {
  const end = original.length - 8;
  const footerStart = end - original.readUInt32LE(end);
  const footer = new Reader(original, footerStart).struct();
  let data = original.subarray(0, footerStart);
  const columns = listOf(field(footer, 4))
    .flatMap((group) => listOf(field(group, 1)))
    .map((chunk) => field(chunk, 3)!);
  const page = random.below(2) === 0 ? random.of(columns) : undefined;
  if (page !== undefined) {
    const offsets = [11, 9].map((id) => field(page, id) as { number: bigint } | undefined);
    const start = Number(random.of(offsets.flatMap((one) => (one?.number ? [one.number] : []))));
    const reader = new Reader(data, start);
    const header = reader.struct();
    for (let changes = 1 + random.below(2); changes > 0; changes--) change(header, random);
    const bytes = written(header);
    const longer = BigInt(bytes.length - (reader.at - start));
    data = Buffer.concat([data.subarray(0, start), bytes, data.subarray(reader.at)]);
    for (const column of columns)
      for (const id of [9, 10, 11]) {
        const offset = field(column, id) as { number: bigint } | undefined;
        if (offset !== undefined && offset.number > BigInt(start)) offset.number += longer;
      }
    (field(page, 7) as { number: bigint }).number += longer;
  } else for (let changes = 1 + random.below(2); changes > 0; changes--) change(footer, random);
  const bytes = written(footer);
  const tail = Buffer.from("\0\0\0\0PAR1");
  tail.writeUInt32LE(bytes.length);
  return Buffer.concat([data, bytes, tail]);
};
