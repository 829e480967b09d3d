/** One row: its number as the user counts it, and its cells by column. */
export interface Row {
  readonly number: number;
  readonly values: ReadonlyMap<string, unknown>;
}

/** `rows 2, 5, 9`, at most ten of them. */
export function listRows(numbers: readonly number[], noun = "row"): string {
  if (numbers.length === 1) return `${noun} ${numbers[0]}`;
  const shown = numbers.slice(0, 10);
  const rest = numbers.length - shown.length;
  return `${noun}s ${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
