import { quoted } from "../text.ts";

/** Tests for a match that begins at any of `starts` and ends with `text`. */
export type PathPattern = (text: string, starts: readonly number[]) => boolean;

/** Regular expression node: maps start positions to the positions at which a match may end. */
type Node = (text: string, from: ReadonlySet<number>, spend: () => void) => ReadonlySet<number>;

// Step limit per match: an expression with 300 characters over a path with 100 takes a few thousand.
const MOST_STEPS = 2_000_000;
// Step limit for all matches: ten expressions over the 20,000 paths in a mixture of experts; a second.
const MOST_STEPS_IN_ALL = 20_000_000;

interface StepBudget {
  left: number;
}

export function stepBudget(): StepBudget {
  return { left: MOST_STEPS_IN_ALL };
}

/**
 * Compiles an untrusted regular expression: characters, `.`, classes, groups, `|`, `* + ? {n,m}`, `^`, `$`, as Python
 * and JavaScript share them. Follows sets of positions instead of backtracking, which can take exponential time.
 * Look-around, back-references and flags are refused.
 *
 * @param budget steps shared by all expressions in a file. (default: a separate budget)
 * @throws Error in words for the user, naming the expression.
 */
export function compilePattern(source: string, budget = stepBudget()): PathPattern {
  const fail = (what: string): Error =>
    new Error(`${quoted(source)} must be a regular expression over module paths, got ${what}`);
  let at = 0;

  const alternatives = (depth: number): Node => {
    if (depth > 20) throw fail("groups nested more than 20 deep");
    const branches = [sequence(depth)];
    while (source[at] === "|") {
      at++;
      branches.push(sequence(depth));
    }
    if (branches.length === 1) return branches[0]!;
    return (text, from, spend) => {
      const ends = new Set<number>();
      for (const branch of branches) for (const end of branch(text, from, spend)) ends.add(end);
      return ends;
    };
  };

  const sequence = (depth: number): Node => {
    const parts: Node[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") parts.push(quantified(depth));
    return (text, from, spend) => {
      let ends = from;
      for (const part of parts) {
        if (ends.size === 0) break;
        ends = part(text, ends, spend);
      }
      return ends;
    };
  };

  const quantified = (depth: number): Node => {
    const part = atom(depth);
    const bounds = quantifier();
    if (bounds === undefined) return part;
    // Lazy and possessive marks do not change whether a match exists.
    if (source[at] === "?") at++;
    if ("*+{".includes(source[at] ?? " ")) throw fail("a quantifier after a quantifier");
    return repeated(part, ...bounds);
  };

  const quantifier = (): [least: number, most: number] | undefined => {
    const [whole, sign, least, comma, most] =
      /^(?:([*+?])|\{(\d{1,3})(,?)(\d{0,3})\})/.exec(source.slice(at, at + 9)) ?? [];
    if (whole === undefined) return undefined;
    at += whole.length;
    if (sign === "*") return [0, Number.POSITIVE_INFINITY];
    if (sign === "+") return [1, Number.POSITIVE_INFINITY];
    if (sign === "?") return [0, 1];
    if (!comma) return [Number(least), Number(least)];
    return [Number(least), most === "" ? Number.POSITIVE_INFINITY : Number(most)];
  };

  const atom = (depth: number): Node => {
    const character = source[at++]!;
    switch (character) {
      case "(": {
        if (source[at] === "?") {
          if (source[at + 1] !== ":") throw fail(`"(?${source[at + 1] ?? ""}"`);
          at += 2;
        }
        const group = alternatives(depth + 1);
        if (source[at++] !== ")") throw fail('"(" without ")"');
        return group;
      }
      case "^":
        return (_, from) => new Set(from.has(0) ? [0] : []);
      case "$":
        return (text, from) => new Set(from.has(text.length) ? [text.length] : []);
      case ".":
        return oneCharacter((c) => c !== "\n");
      case "[":
        return characterClass();
      case "\\":
        return escaped();
      case "*":
      case "+":
      case "?":
      case "{":
        throw fail(`"${character}" with nothing to repeat`);
      default:
        return oneCharacter((c) => c === character);
    }
  };

  // Single characters are matched by JavaScript's own expressions, which cannot backtrack there.
  const single = (expression: string): Node => {
    try {
      const test = new RegExp(`^(?:${expression})$`);
      return oneCharacter((c) => test.test(c));
    } catch {
      throw fail(expression);
    }
  };

  const escaped = (): Node => {
    const letter = source[at++];
    if (letter === undefined) throw fail('"\\" at the end');
    if (/[a-zA-Z0-9]/.test(letter) && !/[dDwWsS]/.test(letter)) throw fail(`"\\${letter}"`);
    return single(`\\${letter}`);
  };

  const characterClass = (): Node => {
    const start = at - 1;
    if (source[at] === "^") at++;
    if (source[at] === "]") throw fail('"]" as the first character of a class');
    while (at < source.length && source[at] !== "]") at += source[at] === "\\" ? 2 : 1;
    if (at >= source.length) throw fail('"[" without "]"');
    return single(source.slice(start, ++at));
  };

  const root = alternatives(0);
  if (at < source.length) throw fail('")" without "("');
  return (text, starts) => {
    let steps = 0;
    const spend = () => {
      if (++steps > MOST_STEPS || --budget.left < 0) throw fail("one that takes too long to match");
    };
    return root(text, new Set(starts), spend).has(text.length);
  };
}

function oneCharacter(accepts: (character: string) => boolean): Node {
  return (text, from, spend) => {
    const ends = new Set<number>();
    for (const position of from) {
      spend();
      if (position < text.length && accepts(text[position]!)) ends.add(position + 1);
    }
    return ends;
  };
}

function repeated(part: Node, least: number, most: number): Node {
  return (text, from, spend) => {
    let ends = from;
    for (let turn = 0; turn < least && ends.size > 0; turn++) {
      spend();
      ends = part(text, ends, spend);
    }
    const all = new Set(ends);
    let fresh = ends;
    for (let turn = least; turn < most && fresh.size > 0; turn++) {
      spend();
      const next = part(text, fresh, spend);
      fresh = new Set([...next].filter((end) => !all.has(end)));
      for (const end of fresh) all.add(end);
    }
    return all;
  };
}
