import { InputError } from "@lorank/core";

export const CODE = "E_GGUF";

export function bad(file: string, what: string, options?: ErrorOptions): InputError {
  return new InputError(CODE, `${file}: ${what}`, options);
}

const CHUNK_BYTES = 2 ** 16;

// Header limit in bytes: Gemma's 262,144 tokens make a header of 7 MB.
const MOST_HEADER_BYTES = 64_000_000;

const MOST_STRING_BYTES = 10_000_000;

/** Reads a range: a fresh array, or part of a larger array. */
type ReadBytes = (offset: number, length: number) => Uint8Array;

/** Reads a header through a 64 KiB window, checking every length against the rest of the file before allocation. */
export class GgufCursor {
  readonly file: string;
  readonly fileSize: number;
  readonly #read: ReadBytes;
  #window: DataView = new DataView(new ArrayBuffer(0));
  #windowStart = 0;
  #position = 0;

  constructor(read: ReadBytes, fileSize: number, file: string) {
    this.#read = read;
    this.fileSize = fileSize;
    this.file = file;
  }

  get position(): number {
    return this.#position;
  }

  /** Bytes the header may still use. */
  get left(): number {
    return Math.min(this.fileSize, MOST_HEADER_BYTES) - this.#position;
  }

  /** Reads a fresh buffer, aligned to 8 bytes. `field` names it in errors. */
  bytes(length: number, field: string): Uint8Array<ArrayBuffer> {
    this.#assertLeft(length, field);
    const bytes = new Uint8Array(length);
    bytes.set(this.#inWindow(length) ? this.#windowBytes(length) : this.#read(this.#position, length));
    this.#position += length;
    return bytes;
  }

  u32(field: string): number {
    const at = this.#take(4, field);
    return this.#window.getUint32(at, true);
  }

  u64(field: string): bigint {
    const at = this.#take(8, field);
    return this.#window.getBigUint64(at, true);
  }

  /** Reads a uint64 count, at most `most`, of items that take at least `bytesEach` bytes. */
  count(field: string, most: number, bytesEach: number): number {
    const count = this.u64(field);
    const fit = Math.max(0, Math.floor(this.left / bytesEach));
    if (count > BigInt(most)) throw bad(this.file, `${field} must be at most ${most}, got ${count}`);
    if (count > BigInt(fit)) {
      throw bad(
        this.file,
        `${field} must be at most ${fit}, as many as fit into the ${Math.max(0, this.left)} bytes left for the header, got ${count}`,
      );
    }
    return Number(count);
  }

  string(field: string): string {
    const length = this.count(`length of ${field}`, MOST_STRING_BYTES, 1);
    const inWindow = this.#inWindow(length);
    const bytes = inWindow ? this.#windowBytes(length) : this.bytes(length, field);
    if (inWindow) this.#position += length;
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      throw bad(this.file, `${field} must be UTF-8, got bytes that are not UTF-8`, { cause });
    }
  }

  get #at(): number {
    return this.#position - this.#windowStart;
  }

  #windowBytes(length: number): Uint8Array {
    return new Uint8Array(this.#window.buffer, this.#window.byteOffset + this.#at, length);
  }

  /** Moves the window over the next `length` bytes if they fit into it. The file must have the bytes. */
  #inWindow(length: number): boolean {
    if (this.#at + length <= this.#window.byteLength) return true;
    if (length > CHUNK_BYTES) return false;
    const chunk = this.#read(this.#position, Math.min(CHUNK_BYTES, this.fileSize - this.#position));
    this.#window = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#windowStart = this.#position;
    return true;
  }

  /** Advances over the next `length` bytes, at most 8. Returns their place in the window, possibly moved. */
  #take(length: number, field: string): number {
    this.#assertLeft(length, field);
    this.#inWindow(length);
    const at = this.#at;
    this.#position += length;
    return at;
  }

  #assertLeft(length: number, field: string): void {
    if (length <= this.left) return;
    const what =
      this.fileSize > MOST_HEADER_BYTES
        ? `header must end within its first ${MOST_HEADER_BYTES} bytes, got one that goes on`
        : `is cut short: ${field} must have ${length} bytes, got ${Math.max(0, this.left)}`;
    throw bad(this.file, what);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
