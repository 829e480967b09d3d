import { formatCount } from "@lorank/core";
import { baseFormat, largestRankRow, modelAssumptions } from "@lorank/core/memory";
import type { Output } from "../output.ts";
import { counted, wholeNumber } from "../text.ts";
import { accuracyLine, nearestLines } from "./accuracy.ts";
import type { AnsweredModel } from "./answer-words.ts";
import type { AnsweredRow, MemoryAnswer } from "./estimate.ts";
import type { Named } from "./named.ts";
import { printCard, printCards } from "./print-card.ts";
import { printCaption, printParts, rowColumns } from "./print-rows.ts";
import { printQloraSettings, printSettings } from "./print-settings.ts";
import { tools } from "./training-configs/detect.ts";

/** With what was taken for granted about its name or config. */
export type TakenModel = AnsweredModel & { readonly taken?: string };

interface PrintOptions {
  /** Parts of the peak, every change and all assumptions too. */
  readonly all: boolean;
}

/** Prints the answer, with what it takes for granted about names and models themselves: a decision may hang on these. */
export function printSentence(output: Output, sentence: string, models: readonly TakenModel[]): void {
  output.say(sentence, output.colours.bold);
  for (const { taken } of models) if (taken !== undefined) output.say(taken);
  for (const { name, answer } of models) {
    const prefix = models.length > 1 ? `${name}: ` : "";
    for (const words of ofModel(answer)) output.say(`${prefix}${words}`);
  }
  output.print();
}

/** Prints what stands behind the answer about one model: the ranks, the card, the settings, how far to trust it. */
export function printModel(
  output: Output,
  { name, choices, answer }: AnsweredModel,
  named: Named,
  { all }: PrintOptions,
): void {
  const { shape, rows, card } = answer;
  output.table<AnsweredRow>(rowColumns(rows), rows);
  output.print();
  printCaption(output, { hint: choices.gpu === undefined });
  if (card) printCard(output, card, all);
  if (card && card.fit !== "fits") printCards(output, rows);
  const { training } = named;
  if (training) output.print(`${training.file}: ${tools[training.config.tool].name}`);
  output.print(
    `${name}: ${shape.modelType}, ${wholeNumber(shape.totalParams)} parameters, ${shape.layers} layers, ` +
      `hidden size ${wholeNumber(shape.hiddenSize)}`,
  );
  printSettings(output, [{ name: named.model, choices }], named);
  printQloraSettings(output, rows);
  printParts(output, rows, all);
  const several = new Set(rows.map(({ method }) => method)).size > 1;
  const placed = rows.map(({ method, rank, nearest }) => {
    return { label: `${several ? `${method} ` : ""}rank ${rank}`, nearest };
  });
  for (const line of nearestLines(placed)) output.say(line);
  output.say(accuracyLine(choices.profile.name));
  output.print();
  printAssumptions(output, [answer], all);
}

/** The same about several models: one table of all of them. */
export function printModels(
  output: Output,
  models: readonly AnsweredModel[],
  named: Named,
  { all }: PrintOptions,
): void {
  const rows = models.flatMap(({ name, answer }) =>
    answer.rows.map((row) => ({ ...row, name, params: answer.shape.totalParams })),
  );
  output.table<(typeof rows)[number]>(
    [
      { title: "model", align: "left", cell: ({ name }) => name },
      { title: "parameters", cell: ({ params }) => formatCount(params) },
      ...rowColumns(rows).filter(({ title }) => !["static", "reserved", "peak in"].includes(title)),
    ],
    rows,
  );
  output.print();
  const { choices } = models[0]!;
  printCaption(output, { hint: choices.gpu === undefined });
  printSettings(output, models, named);
  printQloraSettings(output, rows);
  const placed = models.map(({ name, answer }) => {
    return { label: name, nearest: largestRankRow(answer.rows).nearest };
  });
  for (const line of nearestLines(placed)) output.say(line);
  output.say(accuracyLine(choices.profile.name));
  output.print();
  printAssumptions(
    output,
    models.map(({ answer }) => answer),
    all,
  );
}

/** What every estimate of a model assumes about the model. */
function ofModel({ shape, rows }: MemoryAnswer): string[] {
  return [...new Set(rows.flatMap(({ base }) => modelAssumptions(shape, baseFormat(base))))];
}

/** Those that {@link printSentence} has not said. */
function printAssumptions(output: Output, answers: readonly MemoryAnswer[], all: boolean): void {
  const said = new Set(answers.flatMap(ofModel));
  const assumptions = assumptionsOf(answers.flatMap(({ rows }) => rows)).filter((each) => !said.has(each));
  if (all) for (const each of assumptions) output.say(`- ${each}`, output.colours.dim);
  else
    output.say(
      `--all shows the parts of the peak, every change that saves memory and ${counted(assumptions.length, "assumption")}.`,
      output.colours.dim,
    );
}

/** Those of the first row, then what other rows assume besides. */
function assumptionsOf([first, ...others]: readonly AnsweredRow[]): string[] {
  const assumptions = new Set(first?.estimate.assumptions);
  const own = others.flatMap(({ method, base, estimate }) =>
    estimate.assumptions
      .filter((assumption) => !assumptions.has(assumption))
      .map((assumption) => `${method} ${base}: ${assumption}`),
  );
  return [...assumptions, ...new Set(own)];
}
