const words = (text: string): readonly string[] => text.split(" ");

/** What columns are called in most data, the more usual name first. */
export const usualColumns = {
  text: words("text sentence content body message email document review comment tweet question"),
  label: words("label class category target sentiment intent topic"),
  prompt: words("prompt instruction question query input"),
  response: words("response output answer completion target"),
  messages: words("messages conversations conversation"),
} as const;

const every: ReadonlySet<string> = new Set(Object.values(usualColumns).flat());

/** The name of a column without what is not told apart: spaces around it, and capitals. */
export function plainName(column: string): string {
  return column.trim().toLowerCase();
}

/** Whether a column has one of the names that are looked for. */
export function isUsual(column: string): boolean {
  return every.has(plainName(column));
}
