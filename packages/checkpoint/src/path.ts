/** Whether a path starts at a root of its file system, of POSIX or of Windows. */
export function isAbsolutePath(path: string): boolean {
  return /^(?:[/\\]|[a-z]:[/\\])/i.test(path);
}

/** A file's path in two: `/models` and `tiny.gguf`; the folder of a bare name is `.`. */
export function folderAndFile(path: string): { readonly folder: string; readonly file: string } {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  const folder = end < 0 ? "." : path.slice(0, Math.max(end, 1));
  return { folder, file: path.slice(end + 1) };
}
