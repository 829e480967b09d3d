/**
 * Whether a name out of a repository may become a path below a folder: relative, one way down, and the same under
 * POSIX and Windows rules, on every platform. A colon names a drive or a stream there, a trailing dot or space is
 * dropped there, and CON and its like are devices in every folder.
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
