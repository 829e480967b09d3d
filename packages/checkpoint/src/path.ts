/** Tells a path that starts at a root of its file system, of POSIX or of Windows. */
export function isAbsolutePath(path: string): boolean {
  return /^(?:[/\\]|[a-z]:[/\\])/i.test(path);
}

/** A file's path in two: `/models` and `tiny.gguf`; the folder of a bare name is `.`. */
export function folderAndFile(path: string): { readonly folder: string; readonly file: string } {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  const folder = end < 0 ? "." : path.slice(0, Math.max(end, 1));
  return { folder, file: path.slice(end + 1) };
}

/** A GGUF is a file of that ending; everything else is a model folder. */
export function isGgufPath(path: string): boolean {
  return path.toLowerCase().endsWith(".gguf");
}

/**
 * Tells a name out of a repository that may become a path below a folder. It is relative, goes one way down, and is the same
 * under POSIX and Windows rules. On Windows a colon names a drive or a stream, and a trailing dot or space is dropped. CON
 * and its like are devices in every folder there.
 */
export function isSafePath(name: string): boolean {
  return name.length <= 1024 && name.split("/").every(isSafeSegment);
}

function isSafeSegment(segment: string): boolean {
  return (
    /^[^\\:*?"<>|\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]+$/u.test(segment) &&
    !/[. ]$/.test(segment) &&
    !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(segment)
  );
}
