import { counted, formatByteRange, wholeNumber } from "@lorank/core";
import { byteFormat, type ChangeEffect, type Growable, type NotCounted } from "@lorank/core/memory";
import type { Page } from "../../output.ts";
import { type ChoiceName, typedChoice } from "./choices.ts";
import type { CardAnswer } from "./estimate.ts";

const FIRST_CHANGES = 5;

const growableWords: Readonly<Record<Growable, string>> = {
  rank: "rank",
  microBatch: "micro-batch",
  seq: "length",
};

export interface Details {
  /** True for every change, every assumption and the parts of the peak. */
  readonly all: boolean;
  /** Fields of a training config that the changes set, with the file's name. */
  readonly inConfig?: string | undefined;
  /** Printer of hours, if they are requested. */
  readonly hours?: typeof import("./print-hours.ts") | undefined;
}

/** Prints the card's limits and, if it is too small, memory-saving changes: the first five, or `all`. */
export function printCard(
  output: Page,
  card: CardAnswer,
  {
    all,
    inConfig,
    notCounted,
  }: Details & {
    readonly notCounted: readonly NotCounted[];
  },
): void {
  const { rank, changes, sequence } = card;
  const format = byteFormat(card);
  // Unknown limits alone would read as if nothing fitted.
  const isKnown = Object.values(card.largest).some((value) => value !== null);
  if (isKnown || notCounted.length === 0) printLargest(output, card);
  if (changes.length === 0) return;
  if (sequence !== null) {
    output.say(
      sequence.length === 1 ? "One change that surely fits:\n" : "The fewest changes that surely fit:\n",
    );
    printChanges(output, sequence, format);
    output.say(`In flags: ${flagsOf(sequence)}${inConfig === undefined ? "" : `; in ${inConfig}`}\n`);
  }
  output.print(`What saves most, one change at a time${rank === null ? "" : `, at rank ${rank}`}:\n`);
  printChanges(output, all ? changes : changes.slice(0, FIRST_CHANGES), format);
  const more = changes.length - FIRST_CHANGES;
  if (!all && more > 0) output.say(`${counted(more, "more change")} with --all.\n`, output.colours.dim);
  if (sequence === null && card.allCounted) output.say("All of these together do not make it fit.\n");
}

function printLargest(output: Page, card: CardAnswer): void {
  const { text, name, bytes, rank, base, largest } = card;
  const format = byteFormat(card);
  const where = name === undefined ? text : `${text}, ${format(bytes)}`;
  const growable = (Object.keys(largest) as Growable[]).filter((what) => what !== "rank" || rank !== null);
  const far = growable.map((what) => {
    const value = largest[what];
    return value === null ? `no ${growableWords[what]}` : `${growableWords[what]} ${wholeNumber(value)}`;
  });
  output.say(
    `Largest that surely fits ${where}, one of them changed at a time from ` +
      `${rank === null ? `all weights in ${base}` : `rank ${rank} on a base in ${base}`}: ${far.join(", ")}.`,
  );
  output.say(
    "It fits if the upper bound of its device memory does. A card in GiB, such as 24GiB, has the whole answer in GiB.",
    output.colours.dim,
  );
  output.print();
}

/** Settings that the changes set together; later changes override earlier ones. */
export function allSetBy(changes: readonly ChangeEffect[]): ChangeEffect["set"] {
  return Object.assign({}, ...changes.map(({ set }) => set));
}

/** Changes as flags: `--loss chunked --checkpointing on`. */
export function flagsOf(changes: readonly ChangeEffect[]): string {
  return Object.entries(allSetBy(changes))
    .map(([name, value]) => typedChoice(optionName(name), value))
    .join(" ");
}

function printChanges(
  output: Page,
  changes: readonly ChangeEffect[],
  format: (bytes: number) => string,
): void {
  output.table<ChangeEffect>(
    [
      { title: "change", align: "left", cell: (change) => flagsOf([change]) },
      { title: "saves", cell: ({ savedBytes }) => format(savedBytes) },
      { title: "device then", cell: ({ deviceBytes }) => formatByteRange(deviceBytes, format) },
      { title: "card", align: "left", cell: ({ fit }) => fit },
      { title: "price", align: "left", cell: ({ price }) => price },
    ],
    changes,
  );
  output.print();
}

export function optionName(name: string): ChoiceName {
  return name === "rank" ? "ranks" : (name as ChoiceName);
}
