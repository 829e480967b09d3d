import type { NamedFile } from "../protocol.ts";

export interface Folder {
  readonly name: string;
  readonly files: readonly NamedFile[];
}

/** The files of a folder, not of those in it. */
export async function folderOfHandle(handle: FileSystemDirectoryHandle): Promise<Folder> {
  const files: NamedFile[] = [];
  for await (const [name, entry] of handle.entries())
    if (entry instanceof FileSystemFileHandle) files.push({ name, file: await entry.getFile() });
  return { name: handle.name, files };
}

/** What `<input webkitdirectory>` gives, or files that were chosen together. */
export function folderOfList(list: Iterable<File>): Folder {
  const all = [...list];
  const [first] = all;
  const name = first?.webkitRelativePath.split("/")[0] || first?.name || "model";
  const files = all
    .filter(({ webkitRelativePath }) => webkitRelativePath.split("/").length <= 2)
    .map((file) => ({ name: file.name, file }));
  return { name, files };
}

/** What was dropped: a folder, or the files of one. */
export async function folderOfDrop(transfer: DataTransfer): Promise<Folder> {
  const entry = [...transfer.items].map((item) => item.webkitGetAsEntry()).find((one) => one?.isDirectory);
  if (!entry) return folderOfList(transfer.files);
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: NamedFile[] = [];
  // A reader gives a hundred at a time, and nothing at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return { name: entry.name, files };
    for (const one of some)
      if (one.isFile) files.push({ name: one.name, file: await fileOf(one as FileSystemFileEntry) });
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
