import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { InputError } from "@lorank/core";

/** Bytes of a file header, and of an entry of the program headers and of the dynamic section: elf(5), 64 bits. */
const [HEADER, SEGMENT, ENTRY] = [64, 56, 16];
const [LOAD, DYNAMIC] = [1, 2];
const [NEEDED, STRING_TABLE, STRING_TABLE_BYTES] = [1, 5, 10];
/** Far above what linkers write: CUDA's provider has 40 entries and 8 kB of names. */
const [MOST_ENTRIES, MOST_NAME_BYTES] = [10_000, 2 ** 26];

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly bytes: number;
}

/**
 * The names of the libraries that a 64-bit little-endian ELF library is linked to, in their order: the entries NEEDED of
 * its dynamic section. No more of the file is read than that takes.
 *
 * @throws InputError E_LIBRARY naming the rule that the file breaks.
 */
export function neededBy(path: string): string[] {
  const wrong = (rule: string, got: string): InputError =>
    new InputError("E_LIBRARY", `${path} must ${rule}, got ${got}`);
  const file = openSync(path, "r");
  try {
    const size = fstatSync(file).size;
    const read = (offset: number, length: number, what: string): Buffer => {
      if (offset + length > size)
        throw wrong(`hold its ${what}`, `${size} bytes, of which it wants ${length} at ${offset}`);
      const bytes = Buffer.alloc(length);
      if (readSync(file, bytes, 0, length, offset) !== length) throw wrong(`hold its ${what}`, "fewer bytes");
      return bytes;
    };
    const header = read(0, Math.min(HEADER, size), "header");
    if (header.length < HEADER || header.toString("latin1", 0, 6) !== "\x7fELF\x02\x01")
      throw wrong("be a 64-bit little-endian ELF library", `the first bytes ${header.toString("hex", 0, 6)}`);
    const [entryBytes, count] = [header.readUInt16LE(54), header.readUInt16LE(56)];
    if (entryBytes !== SEGMENT) throw wrong(`have program headers of ${SEGMENT} bytes`, String(entryBytes));
    const table = read(wide(header, 32), count * SEGMENT, "program headers");
    const segments = Array.from({ length: count }, (_, i) => segmentAt(table, i * SEGMENT));
    const dynamic = segments.find(({ type }) => type === DYNAMIC);
    if (dynamic === undefined) throw wrong("have a dynamic section", "none");
    if (dynamic.bytes > MOST_ENTRIES * ENTRY)
      throw wrong(`have at most ${MOST_ENTRIES} dynamic entries`, `${dynamic.bytes} bytes of them`);
    const entries = entriesOf(read(dynamic.offset, dynamic.bytes, "dynamic section"));
    const value = (tag: number) => entries.find((entry) => entry.tag === tag)?.value;
    const [address, bytes] = [value(STRING_TABLE), value(STRING_TABLE_BYTES)];
    if (address === undefined || bytes === undefined) throw wrong("have a string table", "none");
    if (bytes > MOST_NAME_BYTES) throw wrong(`have at most ${MOST_NAME_BYTES} bytes of names`, `${bytes}`);
    const home = segments.find(
      (part) => part.type === LOAD && address >= part.address && address - part.address < part.bytes,
    );
    if (home === undefined)
      throw wrong("load its string table", `the address ${address}, which it does not load`);
    const names = read(home.offset + address - home.address, bytes, "string table").toString("latin1");
    return entries.flatMap(({ tag, value: start }) => {
      if (tag !== NEEDED) return [];
      const end = start < names.length ? names.indexOf("\0", start) : -1;
      if (end <= start)
        throw wrong("name the libraries that it needs", `no name at ${start} of its string table`);
      return names.slice(start, end);
    });
  } finally {
    closeSync(file);
  }
}

/** A number of 8 bytes. Above 2⁵³ it is not exact, and far beyond any file. */
function wide(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

function segmentAt(table: Buffer, at: number): Segment {
  return {
    type: table.readUInt32LE(at),
    offset: wide(table, at + 8),
    address: wide(table, at + 16),
    bytes: wide(table, at + 32),
  };
}

/** The entries up to the one that ends them. */
function entriesOf(section: Buffer): { readonly tag: number; readonly value: number }[] {
  const entries: { tag: number; value: number }[] = [];
  for (let at = 0; at + ENTRY <= section.length; at += ENTRY) {
    const tag = wide(section, at);
    if (tag === 0) break;
    entries.push({ tag, value: wide(section, at + 8) });
  }
  return entries;
}
