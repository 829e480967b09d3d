export type Fact = readonly [term: string, value: string];

/** The fact, unless there is nothing to say. */
export function present(term: string, value: string): Fact[] {
  return value === "" ? [] : [[term, value]];
}

/** Up to `most` entries, then how many more there are. */
export function shortList(items: readonly string[], most: number): string {
  return items.length <= most
    ? items.join(", ")
    : `${items.slice(0, most).join(", ")} and ${items.length - most} more`;
}
