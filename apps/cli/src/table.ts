/** A column of a text table. Figures go right, words left. */
export interface Column<Row> {
  readonly title: string;
  readonly align?: "left" | "right";
  readonly cell: (row: Row) => string;
}

/**
 * Renders rows under their titles, two spaces between columns. `style` colours whole lines after they have been
 * padded, since colour codes have no width. A column that is empty in all rows is left out.
 */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: {
    readonly title?: (line: string) => string;
    readonly row?: (line: string, row: Row) => string;
  } = {},
): string {
  const { title = (line) => line, row: styleRow = (line) => line } = style;
  const shown = columns
    .map((column) => ({ ...column, cells: rows.map((row) => column.cell(row)) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
  const widths = shown.map((column) =>
    Math.max(column.title.length, ...column.cells.map((cell) => cell.length)),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, i) => (shown[i]!.align === "left" ? text.padEnd(widths[i]!) : text.padStart(widths[i]!)))
      .join("  ")
      .trimEnd();
  return [
    title(line(shown.map((column) => column.title))),
    ...rows.map((row, i) => styleRow(line(shown.map(({ cells }) => cells[i]!)), row)),
  ].join("\n");
}
