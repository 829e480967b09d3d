/** Kind of a cell: how it is read, and the rule for its value. */
export interface Cell {
  /** Rule of a value, for messages. */
  readonly rule: string;
  readonly holds: (value: unknown) => boolean;
  /** Reads a cell. What cannot be read stays as it is, for a message. With `comma` 0,5 is a number too. */
  readonly read: (cell: unknown, comma: boolean) => unknown;
}

/** Whole number of at least `least`; `words` may stand before its digits, as in names of columns and files: `r4`, `seed 1`. */
export function whole(rule: string, least: number, words?: RegExp): Cell {
  return {
    rule,
    holds: (value) => Number.isSafeInteger(value) && (value as number) >= least,
    read: (cell, comma) => {
      const bare = typeof cell === "string" && words ? cell.trim().replace(words, "") : cell;
      return numberIn(bare, comma) ?? bare;
    },
  };
}

/** Number from `least` to `most`. */
export function number(rule: string, least = -Infinity, most = Infinity): Cell {
  return {
    rule,
    holds: (value) => typeof value === "number" && value >= least && value <= most,
    read: (cell, comma) => numberIn(cell, comma) ?? cell,
  };
}

const switches: ReadonlyMap<string, number> = new Map([
  ["true", 1],
  ["yes", 1],
  ["false", 0],
  ["no", 0],
]);

/** Share from 0 to 1, also in percent; 1 and 0 also as yes and no or true and false. */
export const share: Cell = {
  ...number("between 0 and 1", 0, 1),
  read(cell, comma) {
    if (typeof cell === "boolean") return Number(cell);
    if (typeof cell !== "string") return cell;
    const read = numberIn(cell, comma, true) ?? switches.get(cell.trim().toLowerCase()) ?? cell;
    // A percentage above 100 is no share: the message shows it as it was written.
    return hasPercentSign(cell) && Number(read) > 1 ? cell : read;
  },
};

/** Name of an example, a class or a group. */
export const name: Cell = {
  rule: "a name or a number",
  holds: (value) => (typeof value === "string" ? value !== "" : Number.isFinite(value)),
  read: (cell) => cell,
};

/** Tells whether a cell is empty. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** Tells a percentage by its sign. */
export function hasPercentSign(cell: unknown): boolean {
  return typeof cell === "string" && cell.trim().endsWith("%");
}

/** Reads 0.5 and "0.5", with `comma` "0,5", with `percent` "50 %"; undefined for anything else. */
export function numberIn(cell: unknown, comma: boolean, percent = false): number | undefined {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : undefined;
  if (typeof cell === "bigint") return Number(cell);
  if (typeof cell !== "string") return undefined;
  const [, digits, sign] = /^\s*([+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d+)?)\s*(%?)\s*$/i.exec(cell) ?? [];
  if (digits === undefined || (sign === "%" && !percent) || (!comma && digits.includes(",")))
    return undefined;
  return Number(digits.replace(",", ".")) / (sign === "%" ? 100 : 1);
}

/** Formats a value for a message: a text in quotation marks, a long one cut. */
export function quote(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "none");
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
