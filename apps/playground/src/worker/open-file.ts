import type { ByteSource } from "@lorank/checkpoint";
import type { SyncFile } from "./checkpoint-store.ts";

/** Access handle, which only workers have and a page's types lack. */
export interface OpenFile extends SyncFile {
  close(): void;
}

/** Opens a file for synchronous access, in every browser. */
export async function openSync(folder: FileSystemDirectoryHandle, name: string): Promise<OpenFile> {
  const file = await folder.getFileHandle(name, { create: true });
  return (file as unknown as { createSyncAccessHandle(): Promise<OpenFile> }).createSyncAccessHandle();
}

export async function write(
  folder: FileSystemDirectoryHandle,
  name: string,
  content: Uint8Array | string,
): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const out = await openSync(folder, name);
  try {
    out.truncate(0);
    writeAll(out, bytes, 0);
    out.flush();
  } finally {
    out.close();
  }
}

export function writeAll(file: OpenFile, bytes: Uint8Array, at: number): void {
  if (file.write(bytes, { at }) !== bytes.length) throw new Error("the browser's storage is full");
}

export function sourceOf(handle: OpenFile): ByteSource {
  return {
    byteLength: handle.getSize(),
    read: (offset, length) => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, handle.read(bytes, { at: offset }));
    },
  };
}
