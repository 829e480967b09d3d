import { withoutTrailingSpace } from "./normalize.ts";

/** Added token: found in the text before cutting into words. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  /** True if searched in the normalised text, false in the original. */
  readonly normalized: boolean;
  /** True if white space before the token belongs to it. */
  readonly lstrip: boolean;
  /** True if white space behind the token belongs to it. */
  readonly rstrip: boolean;
  /** True if matched only where no letter or digit is next to it. */
  readonly singleWord: boolean;
}

/** Text section: an added token, or the text between two. */
type Section = { readonly id: number } | { readonly text: string };

interface Node {
  readonly next: Map<string, Node>;
  token?: AddedToken;
}

/** Cuts texts at `tokens`, leftmost then longest first, as the Rust library. Empty sections are left out. */
export function sectionsBy(
  tokens: readonly AddedToken[],
  spelling: (token: AddedToken) => string,
): (text: string) => Section[] {
  const root: Node = { next: new Map() };
  for (const token of tokens) {
    let node = root;
    for (const unit of spelling(token).split("")) node = child(node, unit);
    if (node !== root) node.token ??= token; // an empty content would match everywhere
  }
  if (root.next.size === 0) return (text) => (text === "" ? [] : [{ text }]);
  return (text) => cut(text, root);
}

function cut(text: string, root: Node): Section[] {
  const sections: Section[] = [];
  let done = 0;
  const between = (end: number): void => {
    if (done < end) sections.push({ text: text.slice(done, end) });
  };
  for (let at = 0; at < text.length; ) {
    const found = longest(text, at, root);
    if (found === null) {
      at++;
      continue;
    }
    const end = at + found.length;
    if (!found.token.singleWord || standsAlone(text, at, end)) {
      const before = text.slice(done, at);
      between(found.token.lstrip ? done + withoutTrailingSpace(before).length : at);
      sections.push({ id: found.token.id });
      done = found.token.rstrip ? end + leadingSpaces(text, end) : end;
    }
    at = Math.max(end, done);
  }
  between(text.length);
  return sections;
}

function longest(text: string, from: number, root: Node): { token: AddedToken; length: number } | null {
  let found: { token: AddedToken; length: number } | null = null;
  let node = root.next.get(text[from]!) ?? null;
  for (let i = from + 1; node !== null; i++) {
    if (node.token !== undefined) found = { token: node.token, length: i - from };
    node = (i < text.length ? node.next.get(text[i]!) : undefined) ?? null;
  }
  return found;
}

const WORD = "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]";
const ENDS_WITH_WORD = new RegExp(`${WORD}$`, "u");
const STARTS_WITH_WORD = new RegExp(`^${WORD}`, "u");

function standsAlone(text: string, start: number, end: number): boolean {
  // Two UTF-16 units hold any character; a regular expression over the whole prefix would be slow.
  return (
    !ENDS_WITH_WORD.test(text.slice(Math.max(0, start - 2), start)) &&
    !STARTS_WITH_WORD.test(text.slice(end, end + 2))
  );
}

function leadingSpaces(text: string, from: number): number {
  let end = from;
  while (end < text.length && /\p{White_Space}/u.test(text[end]!)) end++;
  return end - from;
}

function child(node: Node, unit: string): Node {
  let next = node.next.get(unit);
  if (next === undefined) {
    next = { next: new Map() };
    node.next.set(unit, next);
  }
  return next;
}
