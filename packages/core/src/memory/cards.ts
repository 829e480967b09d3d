import { canRun, type Lack, type Requested } from "./card-limits.ts";

/** GPU models with equal nominal memory, usable memory and missing features. */
export interface Card {
  /** Memory as the maker names it, in gigabytes. */
  readonly gigabytes: number;
  /** Usable memory in bytes: at most 10⁹ a gigabyte, less for cards on which torch finds less. */
  readonly bytes: number;
  readonly names: readonly string[];
  /** Features that the card does not support. */
  readonly lacks: readonly Lack[];
}

/**
 * Before Ampere (compute capability 8.0): no bf16 in hardware, no FlashAttention 2. Before Turing (7.5): no int8
 * products in bitsandbytes. Source: CUDA C++ programming guide, compute capabilities; flash-attn 2's README;
 * bitsandbytes' installation guide
 */
const beforeAmpere: readonly Lack[] = ["bf16", "FlashAttention 2"];
const beforeTuring: readonly Lack[] = [...beforeAmpere, "int8"];

/**
 * Common cards, smallest first. A gigabyte counts 10⁹ bytes: makers mean 2³⁰, less error correction and reserved
 * memory. Cards with less have torch's figure, in GiB. Source: "total capacity" in torch's out-of-memory errors on T4
 * (14.56 GiB), L4 (22.03), A10 (21.98), A40 (44.35), L40 and L40S (44.40)
 */
export const cards: readonly Card[] = [
  sold(8, ["RTX 3070", "RTX 4060"]),
  sold(11, ["RTX 2080 Ti"], { lacks: beforeAmpere }),
  sold(12, ["RTX 3060", "RTX 4070", "RTX 5070"]),
  sold(16, ["T4"], { usableGib: 14.56, lacks: beforeAmpere }),
  sold(16, ["V100 16GB", "P100"], { lacks: beforeTuring }),
  sold(16, ["RTX 4060 Ti 16GB", "RTX 4080", "RTX 5060 Ti 16GB", "RTX 5080", "RTX A4000"]),
  sold(20, ["RTX A4500"]),
  sold(24, ["A10", "A10G"], { usableGib: 21.98 }),
  sold(24, ["L4"], { usableGib: 22.03 }),
  sold(24, ["RTX 3090", "RTX 4090", "A30", "RTX A5000"]),
  sold(32, ["V100 32GB"], { lacks: beforeTuring }),
  sold(32, ["RTX 5090"]),
  sold(40, ["A100 40GB"]),
  sold(48, ["A40"], { usableGib: 44.35 }),
  sold(48, ["L40", "L40S"], { usableGib: 44.4 }),
  sold(48, ["RTX A6000", "RTX 6000 Ada"]),
  sold(80, ["A100 80GB", "H100"]),
  sold(94, ["H100 NVL"]),
  sold(96, ["RTX PRO 6000", "H20", "GH200"]),
  sold(141, ["H200"]),
  sold(192, ["MI300X", "B200"]),
];

function sold(
  gigabytes: number,
  names: readonly string[],
  { usableGib, lacks = [] }: { readonly usableGib?: number; readonly lacks?: readonly Lack[] } = {},
): Card {
  return {
    gigabytes,
    bytes: usableGib === undefined ? gigabytes * 1e9 : Math.floor(usableGib * 2 ** 30),
    names,
    lacks,
  };
}

export interface NamedCard extends Omit<Card, "names"> {
  readonly name: string;
}

/** Names for {@link findCard}: `t4`, `rtx-4090`, `a100-80gb`. */
export const cardNames: readonly string[] = cards.flatMap(({ names }) => names.map(typedName));

/**
 * Finds a card by name: `T4`, `rtx 4090`, `4090`, `nvidia-l40s`. Among several sizes the smallest: `v100` is `V100
 * 16GB`.
 */
export function findCard(name: string): NamedCard | undefined {
  const key = keyOf(name);
  const all = cards.flatMap(({ names, ...card }) => names.map((each) => ({ name: each, ...card })));
  return (
    all.find((card) => keyOf(card.name) === key) ??
    all.find((card) => keyOf(card.name.replace(/ \d+GB$/, "")) === key) ??
    all.find((card) => `${keyOf(card.name)}${card.gigabytes}gb` === key)
  );
}

function typedName(name: string): string {
  return name.toLowerCase().replaceAll(" ", "-");
}

/** Lookup key of a card name: `rtx4090` → `4090`. */
function keyOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/^(nvidia|amd|geforce|tesla|quadro|instinct|rtx|[\s_-])+/, "")
    .replaceAll(/[\s_-]/g, "");
}

export interface CardChoice {
  /** Smallest card with room for the upper bound; null if none has, or if something that adds memory is not counted. */
  readonly fits: Card | null;
  /**
   * Smallest card with room for the lower bound; null if none has, or if something that saves memory is not counted.
   */
  readonly mayFit: Card | null;
}

/** Smallest cards that can run what is requested, with room for `[lo, hi]` bytes. */
export function cardsFor([lo, hi]: readonly [lo: number, hi: number], requested: Requested): CardChoice {
  const able = cards.filter(({ lacks }) => canRun(lacks, requested));
  return { fits: smallest(able, hi), mayFit: lo > 0 ? smallest(able, lo) : null };
}

function smallest(able: readonly Card[], bytes: number): Card | null {
  const large = able.filter((card) => card.bytes >= bytes);
  const [first] = large;
  if (first === undefined) return null;
  const alike = large.filter(({ gigabytes }) => gigabytes === first.gigabytes);
  return { ...first, names: alike.flatMap(({ names }) => names) };
}
