/** Group numbers without gaps, from 0 in order of appearance. */
export function groupNumbers(groups: ArrayLike<number>): Int32Array {
  const found = new Map<number, number>();
  return Int32Array.from(groups, (group) => {
    const known = found.get(group) ?? found.size;
    found.set(group, known);
    return known;
  });
}

/** Group numbers of some examples, without gaps. */
export function groupsOn(groups: readonly number[], examples: readonly number[]): number[] {
  return [...groupNumbers(examples.map((example) => groups[example]!))];
}
