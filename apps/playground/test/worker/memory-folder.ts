import type { SyncFile } from "../../src/worker/checkpoint-store.ts";
import { memoryFile } from "./memory-file.ts";

/** Stands for `FileSystemFileHandle`: a file in memory that can be open once, as the browser's. */
export class MemoryFileHandle {
  readonly name: string;
  readonly #root: MemoryFolder;
  readonly #file: SyncFile = memoryFile();
  #isOpen = false;

  constructor(name: string, root: MemoryFolder) {
    this.name = name;
    this.#root = root;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  async getFile(): Promise<File> {
    return new File([this.bytes()], this.name);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#file.getSize());
    this.#file.read(bytes, { at: 0 });
    return bytes;
  }

  /** Closes it, as the end of a tab does. */
  release(): void {
    this.#isOpen = false;
  }

  async createSyncAccessHandle() {
    if (this.#isOpen) throw new DOMException("open already", "NoModificationAllowedError");
    this.#isOpen = true;
    const file = this.#file;
    return {
      ...file,
      write: (bytes: Uint8Array, { at }: { readonly at: number }): number => {
        const free = this.#root.room - Math.max(0, at + bytes.length - file.getSize());
        if (free < 0) return 0;
        this.#root.room = free;
        return file.write(this.#root.onWrite(bytes), { at });
      },
      close: () => {
        this.#isOpen = false;
      },
    };
  }
}

/** Stands for a folder of the private file system. */
export class MemoryFolder {
  /** Bytes that still fit, of the root. Removed files give none back. */
  room = Number.POSITIVE_INFINITY;
  /** Changes what is written, of the root. */
  onWrite: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes;
  readonly #root: MemoryFolder;
  readonly #entries = new Map<string, MemoryFolder | MemoryFileHandle>();

  constructor(root?: MemoryFolder) {
    this.#root = root ?? this;
  }

  async getDirectoryHandle(name: string, options: { readonly create?: boolean } = {}): Promise<MemoryFolder> {
    return this.#get(name, options.create, () => new MemoryFolder(this.#root)) as MemoryFolder;
  }

  async getFileHandle(name: string, options: { readonly create?: boolean } = {}): Promise<MemoryFileHandle> {
    return this.#get(name, options.create, () => new MemoryFileHandle(name, this.#root)) as MemoryFileHandle;
  }

  async removeEntry(name: string): Promise<void> {
    const entry = this.#get(name, false);
    if (entry instanceof MemoryFileHandle ? entry.isOpen : entry.#hasOpen())
      throw new DOMException(`${name} is open`, "NoModificationAllowedError");
    this.#entries.delete(name);
  }

  async *keys(): AsyncGenerator<string> {
    yield* [...this.#entries.keys()];
  }

  async *entries(): AsyncGenerator<[string, MemoryFolder | MemoryFileHandle]> {
    yield* [...this.#entries];
  }

  #hasOpen(): boolean {
    return [...this.#entries.values()].some((entry) =>
      entry instanceof MemoryFileHandle ? entry.isOpen : entry.#hasOpen(),
    );
  }

  #get(name: string, create = false, make?: () => MemoryFolder | MemoryFileHandle) {
    if (name === "" || /^\.\.?$|[/\\]/.test(name)) throw new TypeError("Name is not allowed.");
    const entry = this.#entries.get(name) ?? (create ? make?.() : undefined);
    if (entry === undefined) throw new DOMException(`there is no ${name}`, "NotFoundError");
    this.#entries.set(name, entry);
    return entry;
  }
}
