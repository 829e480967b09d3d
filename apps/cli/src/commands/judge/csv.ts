/**
 * Rows in CSV, below the names of the first one's members. A text that a spreadsheet would take for a formula begins with an
 * apostrophe; numbers stay as they are.
 *
 * Source: https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvOf(rows: readonly object[]): string {
  const lines = [Object.keys(rows[0]!), ...rows.map((row): unknown[] => Object.values(row))];
  return lines.map((cells) => `${cells.map((cell) => csvCell(harmless(String(cell)))).join(",")}\n`).join("");
}

const csvCell = (cell: string): string =>
  /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

function harmless(cell: string): string {
  const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(cell);
  return /^[=+\-@\t\r]/.test(cell) && !isNumber ? `'${cell}` : cell;
}
