/** An example that may say which document, thread or person it comes from. Examples of one group are not independent. */
export interface Grouped {
  readonly group?: string;
}

/** Numbers names from 0 in the order in which they turn up; one that is undefined is a group of its own. */
export function groupNumbers(names: readonly (string | undefined)[]): number[] {
  const found = new Map<string | symbol, number>();
  return names.map((name) => {
    const key = name ?? Symbol();
    const number = found.get(key) ?? found.size;
    found.set(key, number);
    return number;
  });
}

/** Counts the groups; undefined for examples without any. */
export function countGroups(examples: readonly Grouped[]): number | undefined {
  if (!examples.some(({ group }) => group !== undefined)) return undefined;
  return new Set(groupNumbers(examples.map(({ group }) => group))).size;
}

/** The rows as tokens depend on them. */
export function withoutGroups(rows: readonly Grouped[]): readonly object[] {
  return countGroups(rows) === undefined ? rows : rows.map(({ group: _, ...row }) => row);
}
