import type { CheckpointStore } from "@lorank/train/browser";

/** Used part of a `FileSystemSyncAccessHandle`. */
export interface SyncFile {
  read(into: Uint8Array, options: { readonly at: number }): number;
  write(bytes: Uint8Array, options: { readonly at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
}

/** Header before the name, in bytes: name length, and a mark written last. */
const HEADER = 8;
const WHOLE = 0x4c6f5241;

/**
 * Checkpoint store on a fixed number of open files. Browsers open files asynchronously only, but a training writes
 * checkpoints without waiting. A file counts once the mark is written, after all else.
 *
 * @param slots open files, one more than the store may hold.
 */
export function slotStore(slots: readonly SyncFile[]): CheckpointStore {
  const names = slots.map(nameIn);
  const slotOf = (name: string): number => names.indexOf(name);
  const clear = (slot: number): void => {
    slots[slot]!.truncate(0);
    slots[slot]!.flush();
    names[slot] = undefined;
  };
  return {
    names: () => names.filter((name) => name !== undefined),
    open: (name) => {
      const slot = slotOf(name);
      const file = slots[slot];
      if (file === undefined) throw new Error(`there is no ${name}`);
      const start = HEADER + new TextEncoder().encode(name).length;
      return {
        path: name,
        byteLength: file.getSize() - start,
        read: (offset, length) => {
          const bytes = new Uint8Array(length);
          return bytes.subarray(0, file.read(bytes, { at: start + offset }));
        },
        close: () => {},
      };
    },
    write: (name, parts) => {
      const same = slotOf(name);
      const slot = same === -1 ? names.indexOf(undefined) : same;
      const file = slots[slot];
      if (file === undefined) throw new Error(`all ${slots.length} places are taken`);
      clear(slot);
      const encoded = new TextEncoder().encode(name);
      let at = HEADER;
      for (const part of [encoded, ...parts]) {
        if (file.write(part, { at }) !== part.length) throw new Error("the browser's storage is full");
        at += part.length;
      }
      file.flush();
      const header = new Uint8Array(HEADER);
      new DataView(header.buffer).setUint32(0, encoded.length, true);
      new DataView(header.buffer).setUint32(4, WHOLE, true);
      file.write(header, { at: 0 });
      file.flush();
      names[slot] = name;
    },
    remove: (name) => {
      const slot = slotOf(name);
      if (slot !== -1) clear(slot);
    },
  };
}

function nameIn(file: SyncFile): string | undefined {
  const header = new Uint8Array(HEADER);
  if (file.read(header, { at: 0 }) < HEADER) return undefined;
  const view = new DataView(header.buffer);
  if (view.getUint32(4, true) !== WHOLE) return undefined;
  const name = new Uint8Array(view.getUint32(0, true));
  return file.read(name, { at: HEADER }) === name.length ? new TextDecoder().decode(name) : undefined;
}
