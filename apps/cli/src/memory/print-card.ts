import { formatBytes } from "@lorank/core";
import { type Card, type ChangeEffect, type Fit, type Growable, largestRankRow } from "@lorank/core/memory";
import type { Output } from "../output.ts";
import { wholeNumber } from "../text.ts";
import type { AnsweredRow, CardAnswer } from "./estimate.ts";
import { type ChoiceName, typed } from "./flags.ts";
import { range } from "./range.ts";

const growableWords: Readonly<Record<Growable, string>> = {
  rank: "rank",
  microBatch: "micro-batch",
  seq: "length",
};

/** Prints whether a card is large enough, how far it goes, and what to change where it is not. */
export function printCard(output: Output, card: CardAnswer): void {
  const { text, bytes, rank, base, fit, largest, changes, sequence } = card;
  const far = (Object.keys(largest) as Growable[]).map((what) => {
    const value = largest[what];
    return value === null ? `no ${growableWords[what]}` : `${growableWords[what]} ${wholeNumber(value)}`;
  });
  output.say(`${text}, ${formatBytes(bytes)}: rank ${rank} on a base in ${base} ${fitWords[fit]}.`);
  output.say(`Largest that surely fits, one of them changed at a time: ${far.join(", ")}.`);
  output.say(
    "GB are 10^9 bytes, less than what a card of that name offers, error correction included; write GiB for what " +
      "nvidia-smi shows. It fits if the upper bound of its device memory does.",
    output.colours.dim,
  );
  output.print();
  if (changes.length === 0) return;
  output.print(`What to change first, one at a time, at rank ${rank}:\n`);
  printChanges(output, changes);
  if (sequence === null) {
    output.say("All of these together do not make it fit.\n");
    return;
  }
  output.say(
    sequence.length === 1 ? "One change that surely fits:\n" : "The fewest changes that surely fit:\n",
  );
  printChanges(output, sequence);
  const flags = new Map(sequence.flatMap(({ set }) => Object.entries(set)));
  output.say(`In flags: ${[...flags].map(([name, value]) => typed(optionName(name), value)).join(" ")}\n`);
}

const fitWords: Readonly<Record<Fit, string>> = {
  fits: "fits",
  "may fit": "may fit: the card lies between the bounds",
  "does not fit": "does not fit",
};

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
export function printCards(output: Output, rows: readonly AnsweredRow[], hint: boolean): void {
  const { cards, rank } = largestRankRow(rows);
  const whose = rank === null ? "training all weights" : `rank ${rank}`;
  const { fits, mayFit } = cards;
  const smallest = fits === null ? "none of the common ones surely fits" : `${card(fits)} surely fits`;
  const smaller =
    mayFit === null || mayFit === fits ? "" : `${fits === null ? "; " : ", "}${card(mayFit)} may fit`;
  output.say(`Smallest card for ${whose}: ${smallest}${smaller}.${hint ? " --gpu says more." : ""}`);
  output.print();
}

function card({ gigabytes, names }: Card): string {
  return `${gigabytes} GB (${names.join(", ")})`;
}
