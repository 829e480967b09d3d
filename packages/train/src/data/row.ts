/** One row: its number as the user counts it, and its cells by column. */
export interface Row {
  readonly number: number;
  readonly values: ReadonlyMap<string, unknown>;
}

/** `rows 2, 5 and 9`, at most ten of them. */
export function listRows(numbers: readonly number[]): string {
  if (numbers.length === 1) return `row ${numbers[0]}`;
  const shown = numbers.slice(0, 10);
  const rest = numbers.length - shown.length;
  return `rows ${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
