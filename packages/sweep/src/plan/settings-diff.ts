import { canonicalJson } from "@lorank/evidence/schema";

/** Setting that differs between two configs; `before` or `after` is absent for a missing key. */
export interface SettingChange {
  /** Path such as `optimizer.learningRate`. */
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** Differences between two JSON values, key by key, ordered by path. Lists are compared as a whole. */
export function settingsDiff(before: unknown, after: unknown): SettingChange[] {
  const old = leaves(before);
  const now = leaves(after);
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  return paths.flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    if (was === is) return [];
    return [
      { path, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) },
    ];
  });
}

/** Lines such as `  optimizer.learningRate: 0.0001 -> 0.0002`. */
export function formatChanges(changes: readonly SettingChange[]): string {
  return changes
    .map(({ path, before = "(absent)", after = "(absent)" }) => `  ${path}: ${cut(before)} -> ${cut(after)}`)
    .join("\n");
}

function cut(value: string): string {
  return value.length > 400 ? `${value.slice(0, 40)}… (${value.split(",").length} values)` : value;
}

function leaves(value: unknown, path = "", found = new Map<string, string>()): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return found.set(path, canonicalJson(value));
  }
  for (const [key, child] of Object.entries(value)) {
    if (child !== undefined) leaves(child, path === "" ? key : `${path}.${key}`, found);
  }
  return found;
}
