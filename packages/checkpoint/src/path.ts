export function isAbsolutePath(path: string): boolean {
  return /^(?:[/\\]|[a-z]:[/\\])/i.test(path);
}

/** Splits a path such as `/models/tiny.gguf` into `/models` and `tiny.gguf`; a bare name's folder is `.`. */
export function folderAndFile(path: string): { readonly folder: string; readonly file: string } {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  const folder = end < 0 ? "." : path.slice(0, Math.max(end, 1));
  return { folder, file: path.slice(end + 1) };
}

/** True for a GGUF, known by file name; everything else is a model folder. */
export function isGgufPath(path: string): boolean {
  return path.toLowerCase().endsWith(".gguf");
}

/**
 * True for a repository file name that is safe below a folder: relative, downwards, equal under POSIX and Windows
 * rules. On Windows a colon names a drive or stream, trailing dots and spaces are dropped, and names such as CON are
 * devices.
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
