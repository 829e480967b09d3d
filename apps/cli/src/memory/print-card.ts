import { formatBytes } from "@lorank/core";
import { type Card, type ChangeEffect, type Growable, largestRankRow } from "@lorank/core/memory";
import type { Output } from "../output.ts";
import { counted, range, wholeNumber } from "../text.ts";
import type { AnsweredRow, CardAnswer } from "./estimate.ts";
import { type ChoiceName, typed } from "./flags.ts";

/** Changes that are shown where not all are asked for. */
const FIRST_CHANGES = 5;

const growableWords: Readonly<Record<Growable, string>> = {
  rank: "rank",
  microBatch: "micro-batch",
  seq: "length",
};

/** Prints how far a card goes, and what to change where it is too small: `all` changes or the first. */
export function printCard(output: Output, card: CardAnswer, all: boolean): void {
  const { text, bytes, rank, base, largest, changes, sequence } = card;
  const far = (Object.keys(largest) as Growable[]).map((what) => {
    const value = largest[what];
    return value === null ? `no ${growableWords[what]}` : `${growableWords[what]} ${wholeNumber(value)}`;
  });
  output.say(
    `Largest that surely fits ${text}, ${formatBytes(bytes)}, one of them changed at a time from rank ${rank} on a base in ` +
      `${base}: ${far.join(", ")}.`,
  );
  output.say(
    "It fits if the upper bound of its device memory does. GB are 10^9 bytes; write GiB for what nvidia-smi shows.",
    output.colours.dim,
  );
  output.print();
  if (changes.length === 0) return;
  if (sequence !== null) {
    output.say(
      sequence.length === 1 ? "One change that surely fits:\n" : "The fewest changes that surely fit:\n",
    );
    printChanges(output, sequence);
    output.say(`In flags: ${flagsOf(sequence)}\n`);
  }
  output.print(`What saves most, one change at a time, at rank ${rank}:\n`);
  printChanges(output, all ? changes : changes.slice(0, FIRST_CHANGES));
  const more = changes.length - FIRST_CHANGES;
  if (!all && more > 0) output.say(`${counted(more, "more change")} with --all.\n`, output.colours.dim);
  if (sequence === null) output.say("All of these together do not make it fit.\n");
}

/** `--loss chunked --checkpointing on`: what the changes set, of each setting the last. */
export function flagsOf(sequence: readonly ChangeEffect[]): string {
  const flags = new Map(sequence.flatMap(({ set }) => Object.entries(set)));
  return [...flags].map(([name, value]) => typed(optionName(name), value)).join(" ");
}

function printChanges(output: Output, changes: readonly ChangeEffect[]): void {
  output.table<ChangeEffect>(
    [
      {
        ...{ title: "change", align: "left" },
        cell: ({ set }) =>
          Object.entries(set)
            .map(([name, value]) => typed(optionName(name), value))
            .join(" "),
      },
      { title: "saves", cell: ({ savedBytes }) => formatBytes(savedBytes) },
      { title: "device then", cell: ({ deviceBytes }) => range(deviceBytes) },
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

/** Prints the smallest cards for the largest rank. */
export function printCards(output: Output, rows: readonly AnsweredRow[]): void {
  const { cards, rank } = largestRankRow(rows);
  const { fits, mayFit } = cards;
  const smallest = fits === null ? "none of the common ones surely fits" : `${cardWords(fits)} surely fits`;
  const smaller =
    mayFit === null || mayFit.gigabytes === fits?.gigabytes
      ? ""
      : `${fits === null ? "; " : ", "}${cardWords(mayFit)} may fit`;
  output.say(`Smallest card for rank ${rank}: ${smallest}${smaller}.`);
  output.print();
}

/** `24 GB (A10, L4, RTX 3090, …)`. */
export function cardWords({ gigabytes, names }: Card): string {
  const most = 3;
  const shown = names.length > most ? [...names.slice(0, most), "…"] : names;
  return `${gigabytes} GB (${shown.join(", ")})`;
}
