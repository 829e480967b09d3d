import { buffer } from "node:stream/consumers";
import { crc32, inflateRawSync } from "node:zlib";
import { InputError } from "@lorank/core";
import { mostJsonBytes } from "./json-values.ts";

/**
 * The texts of some files in a ZIP archive, stored, deflated or by Zstandard; the others are not read.
 *
 * @throws InputError `E_DATA` for what is no archive, and for a file in it that is damaged, encrypted or too large.
 */
export async function textsInZip(
  path: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const [{ default: yauzl }, { decompress }] = await Promise.all([import("yauzl"), import("fzstd")]);
  const texts = new Map<string, string>();
  const unpack = (packed: Uint8Array, method: number, size: number): Uint8Array => {
    if (method === 0) return packed;
    if (method === 8) return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
    // Without a buffer to fill, it takes the memory that the content claims.
    if (method === 93) return decompress(packed, new Uint8Array(size));
    throw new Error(`the compression of its files must be 0, 8 or 93, got ${method}`);
  };
  try {
    const zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false });
    try {
      for await (const entry of zip.eachEntry()) {
        const { fileName: name, uncompressedSize: size, compressedSize, compressionMethod: method } = entry;
        if (!names.includes(name)) continue;
        const most = Math.min(mostJsonBytes, 2 ** 24 + 1000 * compressedSize);
        if (Math.max(size, compressedSize) > most)
          throw new Error(`${name} must have at most ${most} bytes, got ${size} from ${compressedSize}`);
        if (entry.isEncrypted()) throw new Error(`${name} must not be encrypted`);
        const packed = await buffer(await zip.openReadStreamPromise(entry, { decodeFileData: false }));
        const bytes = unpack(packed, method, size);
        if (bytes.length !== size || crc32(bytes) !== entry.crc32)
          throw new Error(`${name} must have the ${size} bytes and the checksum that the archive says`);
        texts.set(name, new TextDecoder().decode(bytes));
      }
    } finally {
      zip.close();
    }
  } catch (cause) {
    throw new InputError(
      "E_DATA",
      `${path} must be a ZIP archive that can be read: ${(cause as Error).message}`,
      { cause },
    );
  }
  return texts;
}
