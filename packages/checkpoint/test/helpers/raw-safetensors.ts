/** A file with any header at all, for what the encoder would never write. */
export function rawSafetensors(header: string | object, data: Uint8Array | number = 0): Uint8Array {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header), "utf8");
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return new Uint8Array(Buffer.concat([length, json, typeof data === "number" ? Buffer.alloc(data) : data]));
}
