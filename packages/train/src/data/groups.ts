/** Example with its document, thread or person; examples of a group are not independent. */
export interface Grouped {
  readonly group?: string;
}

/** Numbers names from 0 in order of appearance; undefined is a group of its own. */
export function groupNumbers(names: readonly (string | undefined)[]): number[] {
  const found = new Map<string | symbol, number>();
  return names.map((name) => {
    const key = name ?? Symbol();
    const number = found.get(key) ?? found.size;
    found.set(key, number);
    return number;
  });
}

/** Number of groups; undefined without any. */
export function countGroups(examples: readonly Grouped[]): number | undefined {
  if (!examples.some(({ group }) => group !== undefined)) return undefined;
  return new Set(groupNumbers(examples.map(({ group }) => group))).size;
}

/** Rows without groups, on which tokens do not depend. */
export function withoutGroups(rows: readonly Grouped[]): readonly object[] {
  return countGroups(rows) === undefined ? rows : rows.map(({ group: _, ...row }) => row);
}
