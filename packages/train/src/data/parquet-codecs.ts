import type { Compressors } from "hyparquet";

const zlib = globalThis.process?.getBuiltinModule?.("zlib"); // absent in browsers

/**
 * What unpacks a page to the bytes that its header claims, and to no more on the way. Snappy is hyparquet's own: it
 * compares lengths, which that of hyparquet-compressors does not.
 *
 * @param names of the codecs of a file: a package that takes WebAssembly's memory is loaded for those that need it
 */
export async function boundedCodecs(names: ReadonlySet<string>): Promise<Compressors> {
  const native: Compressors = {
    ...(zlib && {
      GZIP: (input, length) => zlib.gunzipSync(input, limitOf(length)),
      BROTLI: (input, length) => zlib.brotliDecompressSync(input, limitOf(length)),
    }),
  };
  const needsPackage = [...names].some((name) => !BUILT_IN.has(name) && !(name in native));
  return needsPackage ? { ...packaged(await import("hyparquet-compressors")), ...native } : native;
}

const BUILT_IN: ReadonlySet<string> = new Set(["UNCOMPRESSED", "SNAPPY"]);

function packaged({
  decompressBrotli,
  decompressGzip,
  decompressLz4,
  decompressLz4Raw,
  decompressZstd,
}: typeof import("hyparquet-compressors")): Compressors {
  const rawLz4 = (input: Uint8Array, length: number): Uint8Array => {
    assertLength(lz4Length(input), length);
    return decompressLz4Raw(input, length);
  };
  return {
    GZIP: decompressGzip,
    BROTLI: decompressBrotli,
    ZSTD: (input, length) => {
      assertLength(zstdLength(input) ?? length, length);
      // Without a buffer to fill, it takes the memory that the frame asks for.
      return decompressZstd(input, new Uint8Array(length));
    },
    LZ4: (input, length) =>
      hadoopLength(input) === length ? decompressLz4(input, length) : rawLz4(input, length),
    LZ4_RAW: rawLz4,
  };
}

const limitOf = (length: number) => ({ maxOutputLength: Math.max(1, length) });

function assertLength(actual: number | undefined, length: number): void {
  if (actual !== length) throw new Error(`a page must unpack to ${length} bytes, got ${actual ?? "no end"}`);
}

/** What a Zstandard frame says of its content; undefined where it says nothing. Source: RFC 8878, section 3.1.1.1. */
function zstdLength(input: Uint8Array): number | undefined {
  const flags = input[4] ?? 0;
  const isSingleSegment = (flags >> 5) & 1;
  const size = flags >> 6 === 0 ? isSingleSegment : 1 << (flags >> 6);
  const dictionaryIdSize = [0, 1, 2, 4][flags & 3]!;
  const start = 5 + (isSingleSegment ? 0 : 1) + dictionaryIdSize;
  let length = size === 2 ? 256 : 0;
  for (let i = 0; i < size; i++) length += (input[start + i] ?? 0) * 256 ** i;
  return size === 0 ? undefined : length;
}

/** How many bytes a block of LZ4 unpacks to; undefined where it ends within a sequence. */
function lz4Length(block: Uint8Array): number | undefined {
  let length = 0;
  let at = 0;
  const longer = (nibble: number): number => {
    let sum = nibble;
    for (let byte = nibble === 15 ? 255 : 0; byte === 255; sum += byte) byte = block[at++] ?? 0;
    return sum;
  };
  while (at < block.length) {
    const token = block[at++]!;
    const literals = longer(token >> 4);
    length += literals;
    at += literals;
    if (at === block.length) return length;
    at += 2; // the distance of the match
    length += longer(token & 15) + 4;
  }
  return at > block.length || block.length === 0 ? undefined : length;
}

/** The same of Hadoop's frames: both lengths of a block, then the block. A negative one turns hyparquet-compressors back for ever. */
function hadoopLength(input: Uint8Array): number | undefined {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let total = 0;
  for (let at = 0; at < input.length; ) {
    if (at + 8 > input.length) return undefined;
    const [length, packed] = [view.getUint32(at), view.getUint32(at + 4)];
    at += 8 + packed;
    if (at > input.length || lz4Length(input.subarray(at - packed, at)) !== length) return undefined;
    total += length;
  }
  return total;
}
