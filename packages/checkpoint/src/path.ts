export function isAbsolutePath(path: string): boolean {
  return /^(?:[/\\]|[a-z]:[/\\])/i.test(path);
}

/** `/models` and `tiny.gguf`; the folder of a bare name is `.`. */
export function folderAndFile(path: string): { readonly folder: string; readonly file: string } {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  const folder = end < 0 ? "." : path.slice(0, Math.max(end, 1));
  return { folder, file: path.slice(end + 1) };
}

/** GGUF by its ending; everything else is a model folder. */
export function isGgufPath(path: string): boolean {
  return path.toLowerCase().endsWith(".gguf");
}

/**
 * True for a repository's name that is safe below a folder: relative, downwards, equal under POSIX and Windows rules.
 * On Windows a colon names a drive or stream, trailing dots and spaces are dropped, and CON and its like are devices.
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
