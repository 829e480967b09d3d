/** Digits in groups of three: `1,000`. Not by the platform's locales for whole numbers: those take 10 ms to load. */
export function wholeNumber(value: number): string {
  if (!Number.isSafeInteger(value)) return value.toLocaleString("en-US");
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Number with its noun, plural by `s`: `1 seed`, `1,000 seeds`. */
export function counted(count: number, noun: string): string {
  return `${wholeNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Name in kebab case: `learning-rate` for `learningRate`. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Joins items in a sentence: `4`, `4 and 8`, `4, 8 and 16`. */
export function listInWords(items: readonly (string | number)[], joint: "and" | "or" = "and"): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} ${joint} ${items.at(-1)}`;
}

/** Joins the first items and counts the others: `a, b and 4 more`. */
export function firstOf(
  items: readonly (string | number)[],
  most: number,
  separator = ", ",
  joint = separator === ", " ? " " : separator,
): string {
  const rest = items.length - most;
  return `${items.slice(0, most).join(separator)}${rest > 0 ? `${joint}and ${rest} more` : ""}`;
}

/** Text with a capital first letter. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Cuts a text at `most` UTF-16 units, marking the cut with `…`. */
export function cutText(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
