// Invisible characters: controls but tab and newline, which become spaces, bidirectional controls, zero-width and tag
// characters, byte-order marks, lone surrogates. Each can disguise a name: a right-to-left override displays "rank 4"
// as "4 knar".
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** Longest name from the data, in characters; the rest becomes an ellipsis. */
export const LONGEST_TEXT = 2_000;

/**
 * Cleans a string from a results file: a single line, without invisible or reordering characters. The renderer escapes
 * HTML.
 */
export function cleanText(text: string): string {
  const start = text.slice(0, 4 * LONGEST_TEXT); // a name of megabytes is not worth scanning to its end
  const visible = start.replace(INVISIBLE, "").replace(/\s+/gu, " ").trim();
  const characters = [...visible];
  if (characters.length <= LONGEST_TEXT && start.length === text.length) return visible;
  return `${characters.slice(0, LONGEST_TEXT).join("")}…`;
}

/** Cleans every string in a JSON value, at any depth, but no keys; clean values are not copied. */
export function cleanStrings<T>(value: T): T {
  if (typeof value === "string") return cleanText(value) as T;
  if (Array.isArray(value)) {
    // Loss curves and outcomes are long and contain no text.
    if (typeof value[0] === "number") return value;
    const items = value.map(cleanStrings);
    return (items.some((item, i) => item !== value[i]) ? items : value) as T;
  }
  if (value === null || typeof value !== "object") return value;
  // Copied members, if any: millions of points without text cost no copy.
  let members: Map<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const member = cleanStrings(value[key as keyof T]);
    if (member === value[key as keyof T]) continue;
    members ??= new Map(Object.entries(value));
    members.set(key, member);
  }
  return members === undefined ? value : (Object.fromEntries(members) as T);
}
