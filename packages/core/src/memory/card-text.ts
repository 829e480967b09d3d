import { formatBytes, formatDecimalBytes } from "../format.ts";
import type { Lack } from "./card-limits.ts";
import { findCard } from "./cards.ts";

/** GPU memory that training has to fit, per card. `label`: `24 GB card`, `T4 (16 GB)`. */
export interface CardMemory {
  readonly text: string;
  readonly bytes: number;
  readonly label: string;
  /** Known card's name; such a card may lack required features. */
  readonly name?: string;
  readonly lacks?: readonly Lack[];
  /** Number of cards, if typed or above 1. */
  readonly count?: number;
}

/** Formats bytes as GB, or as GiB if `card` was typed in GiB. */
export function byteFormat(card: CardMemory | undefined): (bytes: number) => string {
  return /ib$/i.test(card?.text.trim() ?? "") ? formatBytes : formatDecimalBytes;
}

/**
 * Reads `24GB`, `40GiB`, `t4` or several as `2x24GB`; the memory is each card's. Undefined for other text.
 */
export function readCards(text: string): CardMemory | undefined {
  const [, number, each] = /^([1-9]\d{0,4})\s*[x×]\s*(\S.*)$/i.exec(text.trim()) ?? [];
  if (number === undefined || each === undefined) return readCard(text);
  const card = readCard(each);
  return card && (number === "1" ? { ...card, count: 1 } : { ...cardsOf(card, Number(number)), text });
}

/** `count` cards like `card`. */
export function cardsOf(card: CardMemory, count: number): CardMemory {
  return count === 1 ? card : { ...card, count, label: `${count} × ${card.label.replace(/ card$/, "")}` };
}

function readCard(text: string): CardMemory | undefined {
  const bytes = readByteSize(text);
  if (bytes !== undefined && bytes >= 1e9) return { text, bytes, label: `${spaced(text)} card` };
  const card = findCard(text);
  if (card === undefined) return undefined;
  const { name, gigabytes, lacks } = card;
  const label = name.endsWith("GB") ? name : `${name} (${gigabytes} GB)`;
  return { text, bytes: card.bytes, label, name, lacks };
}

function spaced(size: string): string {
  return size.trim().replace(/(\d)\s*([a-z])/i, "$1 $2");
}

const units: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Parses `120MB`, `1.5 GiB` or `64000` into bytes; undefined for other text. */
export function readByteSize(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(text.trim().toLowerCase()) ?? [];
  const factor = unit !== undefined && Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (amount === undefined || factor === undefined) return undefined;
  const bytes = Math.floor(Number(amount) * factor);
  return bytes > 0 ? bytes : undefined;
}
