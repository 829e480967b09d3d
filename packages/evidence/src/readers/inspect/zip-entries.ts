import { buffer } from "node:stream/consumers";
import { crc32, createInflateRaw } from "node:zlib";
import { InputError, isInputError } from "@lorank/core";
import type { Entry, ZipFile } from "yauzl";

export interface ZipEntries {
  has(name: string): boolean;
  /**
   * Unpacks an entry piece by piece into `take`, whose InputError is passed on.
   *
   * @param most unpacked bytes allowed.
   */
  unpack(name: string, most: number, take: (piece: Uint8Array) => void): Promise<void>;
}

/** Size in bytes of the pieces passed on when an entry is unpacked as a whole. */
const pieceBytes = 2 ** 16;

/**
 * Opens a ZIP archive while `use` runs, for `names` alone. Entries are stored, deflated or Zstandard; deflated entries
 * are streamed.
 *
 * @throws InputError `E_DATA` for anything but an archive, a name with two entries, and a damaged, encrypted or too
 * large entry.
 */
export async function readZip<T>(
  path: string,
  names: readonly string[],
  use: (entries: ZipEntries) => Promise<T>,
): Promise<T> {
  const { default: yauzl } = await import("yauzl");
  try {
    const zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false });
    try {
      const found = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) {
        const name = entry.fileName;
        if (!names.includes(name)) continue;
        // Entries can share their bytes, so a small archive could unpack to any number.
        if (found.has(name)) throw new Error(`${name} must have one entry, got two`);
        found.set(name, entry);
      }
      return await use({
        has: (name) => found.has(name),
        unpack: (name, most, take) => unpack(zip, found.get(name)!, most, take),
      });
    } finally {
      zip.close();
    }
  } catch (cause) {
    if (isInputError(cause)) throw cause;
    throw new InputError(
      "E_DATA",
      `${path} must be a ZIP archive that can be read: ${(cause as Error).message}`,
      { cause },
    );
  }
}

async function unpack(
  zip: ZipFile,
  entry: Entry,
  mostBytes: number,
  take: (piece: Uint8Array) => void,
): Promise<void> {
  const { fileName: name, uncompressedSize: size, compressedSize, compressionMethod: method } = entry;
  const most = Math.min(mostBytes, 2 ** 24 + 1000 * compressedSize);
  if (Math.max(size, compressedSize) > most)
    throw new Error(`${name} must have at most ${most} bytes, got ${size} from ${compressedSize}`);
  if (entry.isEncrypted()) throw new Error(`${name} must not be encrypted`);
  const fault = `${name} must have the ${size} bytes and the checksum that the archive says`;
  let [bytes, checksum] = [0, 0];
  const takeChecked = (piece: Uint8Array): void => {
    bytes += piece.length;
    if (bytes > size) throw new Error(fault);
    checksum = crc32(piece, checksum);
    take(piece);
  };
  const packed = await zip.openReadStreamPromise(entry, { decodeFileData: false });
  if (method === 0) for await (const piece of packed) takeChecked(piece as Uint8Array);
  else if (method === 8) {
    const inflate = createInflateRaw();
    packed.on("error", (cause) => inflate.destroy(cause)).pipe(inflate);
    for await (const piece of inflate) takeChecked(piece as Uint8Array);
  } else if (method === 93) {
    const { decompress } = await import("fzstd");
    // Without a buffer, fzstd allocates what the content claims.
    const unpacked = decompress(await buffer(packed), new Uint8Array(size));
    for (let at = 0; at < unpacked.length; at += pieceBytes)
      takeChecked(unpacked.subarray(at, at + pieceBytes));
  } else throw new Error(`the compression of its files must be 0, 8 or 93, got ${method}`);
  if (bytes !== size || checksum !== entry.crc32) throw new Error(fault);
}
