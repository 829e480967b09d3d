import type { OutcomeCells } from "@lorank/core/decide";
import type { Columns } from "./columns.ts";

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const percentage = /^(.+?)\s*%$/;
const words: ReadonlyMap<string, number> = new Map([
  ["true", 1],
  ["yes", 1],
  ["false", 0],
  ["no", 0],
]);

/**
 * A row of outcomes from cells as they were found, texts or JSON values; `at` gives the cell of a column. What cannot be read
 * as its field should be stays as it is, for a message to show. With `decimalComma` 0,5 is a number too.
 */
export function outcomeCells(
  columns: Columns,
  at: (place: number) => unknown,
  decimalComma: boolean,
): OutcomeCells {
  return {
    rank: numberOf(cell(at, columns.rank), decimalComma),
    seed: numberOf(cell(at, columns.seed), decimalComma),
    example: cell(at, columns.example),
    correct: shareOf(cell(at, columns.correct), decimalComma),
    label: cell(at, columns.label),
    logLoss: numberOf(cell(at, columns.logLoss), decimalComma),
  };
}

function cell(at: (place: number) => unknown, place: number | undefined): unknown {
  return place === undefined ? undefined : at(place);
}

function numberOf(cell: unknown, decimalComma: boolean): unknown {
  if (typeof cell !== "string") return cell;
  const text = decimalComma ? cell.replace(",", ".") : cell;
  return decimal.test(text) ? Number(text) : cell;
}

/** 1 and 0 also as yes and no or true and false, and a share also in percent. */
function shareOf(cell: unknown, decimalComma: boolean): unknown {
  if (typeof cell === "boolean") return Number(cell);
  const number = numberOf(cell, decimalComma);
  if (typeof number !== "string") return number;
  const percent = numberOf(percentage.exec(number)?.[1], decimalComma);
  // Above 100 it is no share: the message shows it as it was written.
  if (typeof percent === "number") return percent <= 100 ? percent / 100 : cell;
  return words.get(number.toLowerCase()) ?? cell;
}
