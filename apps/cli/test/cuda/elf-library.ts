/** A 64-bit little-endian ELF library with nothing in it but the names of the libraries that it needs. */
export function elfLibrary(needed: readonly string[]): Buffer {
  const names = Buffer.from(`\0${needed.map((name) => `${name}\0`).join("")}`, "latin1");
  const starts = needed.map((_, i) => 1 + needed.slice(0, i).reduce((sum, name) => sum + name.length + 1, 0));
  const dynamicAt = 64 + 2 * 56;
  const namesAt = dynamicAt + 16 * (needed.length + 3);
  const base = 0x10000; // addresses and offsets differ, as they do in large libraries
  const dynamic = [
    ...starts.map((start) => [1, start]),
    [5, base + namesAt], // DT_STRTAB
    [10, names.length], // DT_STRSZ
    [0, 0],
  ].flat();
  const bytes = Buffer.alloc(namesAt + names.length);
  bytes.write("\x7fELF\x02\x01\x01", "latin1");
  bytes.writeBigUInt64LE(64n, 32); // e_phoff
  bytes.writeUInt16LE(56, 54); // e_phentsize
  bytes.writeUInt16LE(2, 56); // e_phnum
  segment(1, 0, base, bytes.length); // PT_LOAD
  segment(2, dynamicAt, base + dynamicAt, dynamic.length * 8); // PT_DYNAMIC
  dynamic.forEach((value, i) => {
    bytes.writeBigUInt64LE(BigInt(value), dynamicAt + 8 * i);
  });
  names.copy(bytes, namesAt);
  return bytes;

  function segment(type: number, offset: number, address: number, size: number): void {
    const at = type === 1 ? 64 : 64 + 56;
    bytes.writeUInt32LE(type, at);
    [offset, address, address, size, size].forEach((value, i) => {
      bytes.writeBigUInt64LE(BigInt(value), at + 8 + 8 * i);
    });
  }
}
