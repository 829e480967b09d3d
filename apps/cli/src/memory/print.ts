import { formatBytes, formatCount, formatDecimalBytes } from "@lorank/core";
import { largestRankRow, partWords } from "@lorank/core/memory";
import type { Output } from "../output.ts";
import { wholeNumber } from "../text.ts";
import { accuracyLine } from "./accuracy.ts";
import type { MemoryChoices } from "./choices.ts";
import type { AnsweredRow, MemoryAnswer } from "./estimate.ts";
import { type ChoiceName, wordsOf } from "./flags.ts";
import type { Named } from "./named.ts";
import { largestFirst, printPartsTable, shareOf } from "./parts-table.ts";
import { printCard, printCards } from "./print-card.ts";
import { range } from "./range.ts";
import { tools } from "./training-configs/detect.ts";

/** Prints the answer for people: what was chosen, the table by rank, the parts of one peak, the card, the assumptions. */
export function printAnswer(
  output: Output,
  name: string,
  named: Named,
  choices: MemoryChoices,
  answer: MemoryAnswer,
): void {
  const { shape, rows, card } = answer;
  const { training } = named;
  if (training) output.print(`${training.file}: ${tools[training.config.tool].name}\n`);
  output.print(
    `${name}: ${shape.modelType}, ${wholeNumber(shape.totalParams)} parameters, ${shape.layers} layers, ` +
      `hidden size ${wholeNumber(shape.hiddenSize)}\n`,
  );
  printChoices(output, named, choices);
  for (const remark of training?.config.remarks ?? []) {
    output.say(`- ${remark}`, output.colours.dim);
  }
  if (training && training.config.remarks.length > 0) output.print();
  printRows(output, rows);
  output.say(
    "Bytes at the peak. static: weights, gradients, optimiser; allocated: what the framework counts; reserved: what its " +
      "allocator holds; device: what nvidia-smi shows. 1 GiB is 2^30 bytes, 1 GB 10^9.",
    output.colours.dim,
  );
  output.print();
  printParts(output, rows);
  if (card) printCard(output, card);
  printCards(output, rows, choices.gpu === undefined);
  for (const assumption of assumptionsOf(rows)) {
    output.say(`- ${assumption}`, output.colours.dim);
  }
  output.print();
  output.say(accuracyLine(choices.profile.name));
}

/** Those of the first row, then what other methods assume besides. */
function assumptionsOf([first, ...others]: readonly AnsweredRow[]): string[] {
  const assumptions = new Set(first?.estimate.assumptions);
  const own = others.flatMap(({ method, base, estimate }) =>
    estimate.assumptions
      .filter((assumption) => !assumptions.has(assumption))
      .map((assumption) => `${method} ${base}: ${assumption}`),
  );
  return [...assumptions, ...new Set(own)];
}

function printChoices(output: Output, { model, modelFrom }: Named, choices: MemoryChoices): void {
  const { profile, settings, from } = choices;
  const { ranks, targets, base, method, labels, gpu, microBatch, seq } = choices;
  const chosen = { ranks, targets, base, method, labels, gpu: gpu?.text, microBatch, seq, ...settings };
  const rows = (Object.entries(chosen) as [ChoiceName, unknown][])
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [wordsOf(name), shown(value), from[name] ?? ""] as const);
  output.say(
    from.profile === "default"
      ? `profile ${profile.name}, for none was named: ${profile.stack}`
      : `profile ${profile.name}: ${profile.stack}`,
  );
  output.print();
  output.table(
    [
      { title: "setting", align: "left", cell: ([words]) => words },
      { title: "value", align: "left", cell: ([, value]) => value },
      { title: "from", align: "left", cell: ([, , origin]) => origin },
    ],
    [["model", model, modelFrom] as const, ...rows],
  );
  output.print();
}

function shown(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = Array.isArray(value) ? value.join(",") : String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function printRows(output: Output, rows: readonly AnsweredRow[]): void {
  const namesMethod = rows.some(({ method }) => method === "full");
  output.table<AnsweredRow>(
    [
      {
        ...{ title: "method", align: "left" },
        cell: ({ method, base }) => (namesMethod ? `${method} ${base}` : ""),
      },
      { title: "rank", cell: ({ rank }) => String(rank ?? "–") },
      { title: "trainable", cell: ({ estimate }) => formatCount(estimate.trainableParams) },
      { title: "static", cell: ({ estimate }) => formatBytes(estimate.staticBytes) },
      { title: "allocated", cell: ({ estimate }) => formatBytes(estimate.allocatedBytes) },
      { title: "reserved", cell: ({ estimate }) => range(estimate.reservedBytes) },
      { title: "device", cell: ({ estimate }) => range(estimate.deviceBytes) },
      { title: "peak in", align: "left", cell: ({ estimate }) => estimate.peakPhase },
      { title: "card", align: "left", cell: ({ fit }) => fit ?? "" },
    ],
    rows,
  );
  output.print();
}

function printParts(output: Output, rows: readonly AnsweredRow[]): void {
  const row = largestRankRow(rows);
  const { parts, allocatedBytes, peakPhase } = row.estimate;
  const [largest, bytes] = largestFirst(parts)[0]!;
  const whose = row.rank === null ? "training all weights" : `rank ${row.rank}`;
  output.say(
    `The peak of ${whose} is in the ${peakPhase}: ${formatBytes(allocatedBytes)} (${formatDecimalBytes(allocatedBytes)}) ` +
      `allocated, and the most of it ${partWords[largest]}, ${shareOf(bytes, allocatedBytes)}.`,
  );
  output.print();
  printPartsTable(output, parts, partWords, allocatedBytes);
}
