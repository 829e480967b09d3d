import type { CellKind } from "./rules.ts";

const switches = new Map(Object.entries({ true: 1, yes: 1, false: 0, no: 0 }));

/** Cell readers by kind. Unreadable cells stay as they are, for messages. With `comma`, 0,5 is a number. */
export const readCell: { readonly [Kind in CellKind]: (cell: unknown, comma: boolean) => unknown } = {
  "as it is": (cell) => cell,
  number: (cell, comma) => numberIn(cell, comma) ?? cell,
  // Prefixes as in column and file names: `r4`, `seed 1`.
  rank: (cell, comma) => readCell.number(without(/^(?:r|rank|lora_r)[ _=:-]*(?=\d)/i, cell), comma),
  seed: (cell, comma) => readCell.number(without(/^(?:s|seed)[ _=:-]*(?=\d)/i, cell), comma),
  /** Share from 0 to 1, also written as percent, yes and no, true and false. */
  share(cell, comma) {
    if (typeof cell === "boolean") return Number(cell);
    if (typeof cell !== "string") return cell;
    const read = numberIn(cell, comma, true) ?? switches.get(cell.trim().toLowerCase()) ?? cell;
    // A percentage above 100 is no share: the message shows it as written.
    return hasPercentSign(cell) && Number(read) > 1 ? cell : read;
  },
  measured: (cell, comma) => numberIn(cell, comma, true) ?? cell,
  /** Number or date, as a number growing with time. */
  time(cell) {
    if (cell instanceof Date) return cell.getTime();
    const text = String(cell ?? "").trim();
    const time = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text);
    return Number.isFinite(time) ? time : undefined;
  },
  /** Name of the weights a run started from; undefined for none, or a switch that is off. */
  origin(cell) {
    const text = String(cell ?? "").trim();
    return /^(|none|null|nan|no|false|0|-|base)$/i.test(text) ? undefined : text;
  },
};

function without(words: RegExp, cell: unknown): unknown {
  return typeof cell === "string" && !isDigits(cell) ? cell.trim().replace(words, "") : cell;
}

/** Digits alone, as most cells are. They are read without further matching. */
function isDigits(cell: string): boolean {
  return /^\d+$/.test(cell);
}

export function hasPercentSign(cell: unknown): boolean {
  return typeof cell === "string" && cell.trim().endsWith("%");
}

/** Reads 0.5 and "0.5", with `comma` "0,5", with `percent` "50 %"; else undefined. */
function numberIn(cell: unknown, comma: boolean, percent = false): number | undefined {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : undefined;
  if (typeof cell === "bigint") return Number(cell);
  if (typeof cell !== "string") return undefined;
  if (isDigits(cell)) return Number(cell);
  const [, digits, sign] = /^\s*([+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d+)?)\s*(%?)\s*$/i.exec(cell) ?? [];
  if (digits === undefined || (sign === "%" && !percent) || (!comma && digits.includes(",")))
    return undefined;
  return Number(digits.replace(",", ".")) / (sign === "%" ? 100 : 1);
}
