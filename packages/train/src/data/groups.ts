/** Group that an example belongs to: document, thread or person. Examples in a group are not independent. */
export interface Grouped {
  readonly group?: string;
}

/** Group numbers in order of appearance, from 0; each undefined name is a separate group. */
export function groupNumbers(names: readonly (string | undefined)[]): number[] {
  const found = new Map<string | symbol, number>();
  return names.map((name) => {
    const key = name ?? Symbol();
    const number = found.get(key) ?? found.size;
    found.set(key, number);
    return number;
  });
}

/** Group count; undefined if no example names a group. */
export function countGroups(examples: readonly Grouped[]): number | undefined {
  if (!examples.some(({ group }) => group !== undefined)) return undefined;
  return new Set(groupNumbers(examples.map(({ group }) => group))).size;
}

/** Rows without `group`, for a cache key: tokens do not depend on groups. */
export function withoutGroups(rows: readonly Grouped[]): readonly object[] {
  return countGroups(rows) === undefined ? rows : rows.map(({ group: _, ...row }) => row);
}
