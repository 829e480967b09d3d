import { InputError } from "@lorank/core";
import { compilePattern, type PathPattern, stepBudget } from "./regex.ts";

/** Numbers by pattern over module paths, as in `rank_pattern` and `alpha_pattern`. */
export type NumberByPattern = Readonly<Record<string, number>>;

export const LONGEST_PATTERN = 300;

/** Plain keys, such as `self_attn.q_proj`, need no regular expression: a dot matches any character. */
const PLAIN = /^[\w.-]+$/;

/**
 * Lookup from a module path to its number in the entries of `rank_pattern` or `alpha_pattern`. A key is a regular
 * expression that matches the whole path or what follows a dot in it; the first match wins. Source: get_pattern_key()
 * of https://github.com/huggingface/peft. Throws E_PEFT naming the first key that is no such expression. A lookup throws
 * it when all keys and paths so far took too many steps.
 */
export function patternLookup(
  field: string,
  numbers: Iterable<readonly [pattern: string, value: number]>,
): (path: string) => number | undefined {
  const named = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw new InputError("E_PEFT", `${field}: ${(error as Error).message}`, { cause: error });
    }
  };
  const budget = stepBudget();
  const rules = Array.from(numbers, ([key, value]) => ({
    matches: PLAIN.test(key) ? plainMatcher(key) : suffixMatcher(named(() => compilePattern(key, budget))),
    value,
  }));
  return (path) => named(() => rules.find(({ matches }) => matches(path)))?.value;
}

function plainMatcher(key: string): (path: string) => boolean {
  return (path) => {
    const start = path.length - key.length;
    if (start < 0 || (start > 0 && path[start - 1] !== ".")) return false;
    for (let i = key.length - 1; i >= 0; i--) {
      if (key[i] !== "." && key[i] !== path[start + i]) return false;
    }
    return true;
  };
}

function suffixMatcher(pattern: PathPattern): (path: string) => boolean {
  return (path) => {
    const starts = [0];
    for (let at = path.indexOf("."); at >= 0; at = path.indexOf(".", at + 1)) starts.push(at + 1);
    return pattern(path, starts);
  };
}

/**
 * Numbers by pattern, as in `rank_pattern`, for the paths in `numbers` and no others. Keys are the paths, anchored at
 * the start where a path is also another's end.
 */
export function patternOfPaths(
  numbers: ReadonlyMap<string, number>,
  allPaths: Iterable<string>,
): Record<string, number> {
  const endings = new Set<string>();
  for (const path of allPaths) {
    for (let at = path.indexOf("."); at >= 0; at = path.indexOf(".", at + 1)) endings.add(path.slice(at + 1));
  }
  const entries = [...numbers].map(([path, value]): [string, number] => {
    const key = path.replace(/[^\w.-]/g, "\\$&");
    return [endings.has(path) ? `^${key}` : key, value];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** True if the last path parts match: `score` is `score` and `model.score`, not `underscore`. */
export function matchesModule(path: string, module: string): boolean {
  return path === module || path.endsWith(`.${module}`);
}

/** True if a part of `name` before a dot ends with `module`, as PEFT tests for a tensor inside a module. */
export function isInside(name: string, module: string): boolean {
  const parts = name.split(".");
  for (let length = parts.length - 1; length > 0; length--) {
    if (parts.slice(0, length).join(".").endsWith(module)) return true; // as PEFT: no dot needed
  }
  return false;
}
