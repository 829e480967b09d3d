/**
 * Writes protocol buffer messages: fields in the order of the calls.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export class MessageWriter {
  #chunks: Uint8Array[] = [];
  #length = 0;

  /** Wire type 0. Negative integers take ten bytes, as int64 does. */
  varint(field: number, value: number | bigint): this {
    this.#tag(field, 0);
    return this.#varint(BigInt.asUintN(64, BigInt(value)));
  }

  /** Wire type 5, little-endian. */
  float(field: number, value: number): this {
    this.#tag(field, 5);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#push(bytes);
  }

  /** Wire type 2. */
  bytes(field: number, bytes: Uint8Array): this {
    this.#tag(field, 2);
    this.#varint(BigInt(bytes.length));
    return this.#push(bytes);
  }

  string(field: number, text: string): this {
    return this.bytes(field, new TextEncoder().encode(text));
  }

  message(field: number, message: MessageWriter): this {
    return this.bytes(field, message.finish());
  }

  /** A repeated int64 in packed form. */
  packedVarints(field: number, values: readonly number[]): this {
    const packed = new MessageWriter();
    for (const value of values) packed.#varint(BigInt.asUintN(64, BigInt(value)));
    return this.bytes(field, packed.finish());
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.#length);
    let offset = 0;
    for (const chunk of this.#chunks) {
      out.set(chunk, offset);
      offset += chunk.length;
    }
    return out;
  }

  #tag(field: number, wireType: number): void {
    this.#varint(BigInt((field << 3) | wireType));
  }

  #varint(value: bigint): this {
    const bytes: number[] = [];
    let rest = value;
    for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
    return this.#push(Uint8Array.from(bytes));
  }

  #push(bytes: Uint8Array): this {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    return this;
  }
}
