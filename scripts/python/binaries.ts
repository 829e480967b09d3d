/** What a native file needs to be loaded, read from the file itself: its format, processor and lowest system. */
import { readFileSync } from "node:fs";

export interface Binary {
  readonly format: "ELF" | "Mach-O" | "PE";
  readonly processor: "x64" | "arm64";
  /** Versions of symbols that an ELF file takes from libraries: `GLIBC_2.28`. */
  readonly symbols: readonly string[];
  /** Libraries that an ELF file needs: `libc.so.6`. */
  readonly libraries: readonly string[];
  /** Lowest macOS of a Mach-O file: `13.3`. */
  readonly macos?: string;
}

/** Reads a library or add-on. Undefined where `file` is none. */
export function readBinary(file: string): Binary | undefined {
  const bytes = readFileSync(file);
  if (bytes.length < 64) return undefined;
  if (bytes.readUInt32BE(0) === 0x7f454c46) return readElf(bytes);
  if (bytes.readUInt32LE(0) === 0xfeedfacf) return readMachO(bytes);
  if (bytes.toString("latin1", 0, 2) === "MZ") return readPe(bytes);
  return undefined;
}

/** Source: System V ABI, chapters 4 and 5; Linux Standard Base, "Symbol Versioning". 64 bits, little-endian. */
function readElf(bytes: Buffer): Binary {
  const at = (offset: number) => Number(bytes.readBigUInt64LE(offset));
  const [start, size, count] = [at(0x28), bytes.readUInt16LE(0x3a), bytes.readUInt16LE(0x3c)];
  const sections = Array.from({ length: count }, (_, index) => {
    const header = start + index * size;
    return {
      type: bytes.readUInt32LE(header + 4),
      offset: at(header + 24),
      size: at(header + 32),
      link: bytes.readUInt32LE(header + 40),
      info: bytes.readUInt32LE(header + 44),
    };
  });
  const symbols: string[] = [];
  const libraries: string[] = [];
  for (const { type, offset, size, link, info } of sections) {
    const text = (index: number) => cString(bytes, sections[link]!.offset + index);
    // SHT_DYNAMIC has DT_NEEDED, 1; SHT_GNU_verneed has a list of versions for each of `info` libraries.
    if (type === 6)
      for (let entry = offset; entry < offset + size; entry += 16)
        if (at(entry) === 1) libraries.push(text(at(entry + 8)));
    if (type !== 0x6ffffffe) continue;
    for (let need = offset, left = info; left > 0; left -= 1) {
      for (let aux = need + bytes.readUInt32LE(need + 8), n = bytes.readUInt16LE(need + 2); n > 0; n -= 1) {
        symbols.push(text(bytes.readUInt32LE(aux + 8)));
        aux += bytes.readUInt32LE(aux + 12);
      }
      need += bytes.readUInt32LE(need + 12);
    }
  }
  return { format: "ELF", processor: processorOf(bytes.readUInt16LE(18), 0x3e, 0xb7), symbols, libraries };
}

/** Source: Apple's mach-o/loader.h: LC_BUILD_VERSION is 0x32. */
function readMachO(bytes: Buffer): Binary {
  let macos: string | undefined;
  for (let command = 32, left = bytes.readUInt32LE(16); left > 0; left -= 1) {
    const lowest = bytes.readUInt32LE(command + 12);
    if (bytes.readUInt32LE(command) === 0x32) macos = `${lowest >>> 16}.${(lowest >>> 8) & 0xff}`;
    command += bytes.readUInt32LE(command + 4);
  }
  const processor = processorOf(bytes.readUInt32LE(4), 0x01000007, 0x0100000c);
  return { format: "Mach-O", processor, symbols: [], libraries: [], ...(macos !== undefined && { macos }) };
}

/** Source: Microsoft's PE format: the header's offset stands at 0x3c, the machine after its signature. */
function readPe(bytes: Buffer): Binary {
  const machine = bytes.readUInt16LE(bytes.readUInt32LE(0x3c) + 4);
  return { format: "PE", processor: processorOf(machine, 0x8664, 0xaa64), symbols: [], libraries: [] };
}

function processorOf(machine: number, x64: number, arm64: number): Binary["processor"] {
  if (machine !== x64 && machine !== arm64)
    throw new Error(`the processor must be x64 or arm64, got machine 0x${machine.toString(16)}`);
  return machine === x64 ? "x64" : "arm64";
}

function cString(bytes: Buffer, start: number): string {
  return bytes.toString("latin1", start, bytes.indexOf(0, start));
}
