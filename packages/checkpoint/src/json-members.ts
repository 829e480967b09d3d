/**
 * The members of the object that `text` holds, each value as it is written: `1.0` stays `1.0`, which JSON.parse cannot
 * tell from 1 and a strict reader can. `text` must be valid JSON.
 */
export function jsonMembers(text: string): Map<string, string> {
  const members = new Map<string, string>();
  let at = text.indexOf("{") + 1;
  for (;;) {
    at = skip(text, at, /[\s,]/);
    if (text[at] !== '"') return members; // the closing brace
    const afterKey = endOfValue(text, at);
    const key = JSON.parse(text.slice(at, afterKey)) as string;
    const start = skip(text, skip(text, afterKey, /\s/) + 1, /\s/); // behind the colon
    at = endOfValue(text, start);
    members.set(key, text.slice(start, at).trimEnd());
  }
}

function skip(text: string, at: number, what: RegExp): number {
  while (at < text.length && what.test(text[at]!)) at++;
  return at;
}

/** Index behind the value that starts at `at`. */
function endOfValue(text: string, at: number): number {
  let depth = 0;
  for (; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') {
      for (at++; text[at] !== '"'; at++) if (text[at] === "\\") at++;
      if (depth === 0) return at + 1;
    } else if (character === "{" || character === "[") {
      depth++;
    } else if (character === "}" || character === "]") {
      if (depth <= 1) return depth === 0 ? at : at + 1;
      depth--;
    } else if (character === "," && depth === 0) {
      return at;
    }
  }
  return at;
}
