import { formatCount } from "@lorank/core";
import { baseFormat, largestRankRow, modelAssumptions } from "@lorank/core/memory";
import type { Output } from "../output.ts";
import type { Column } from "../table.ts";
import { counted, wholeNumber } from "../text.ts";
import { tools } from "../tools/tools.ts";
import { accuracyLine, nearestLines, type Placed } from "./accuracy.ts";
import type { AnsweredModel } from "./answer-words.ts";
import type { AnsweredRow, MemoryAnswer } from "./estimate.ts";
import type { Named } from "./named.ts";
import { printCard, printCards } from "./print-card.ts";
import { printCaption, printParts, rowColumns } from "./print-rows.ts";
import { printQloraSettings, printSettings } from "./print-settings.ts";

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

/** Prints what stands behind the answer: one table of all models and ranks, the card, the settings, how far to trust it. */
export function printModels(
  output: Output,
  models: readonly AnsweredModel[],
  named: Named,
  { all }: PrintOptions,
): void {
  const rows = models.flatMap(({ name, answer }) =>
    answer.rows.map((row) => ({ ...row, name, params: answer.shape.totalParams })),
  );
  const { choices } = models[0]!;
  const isOne = models.length === 1;
  const ofModel: Column<(typeof rows)[number]>[] = [
    { title: "model", align: "left", cell: ({ name }) => name },
    { title: "parameters", cell: ({ params }) => formatCount(params) },
  ];
  const columns = rowColumns(rows);
  const ofRank = columns.filter(({ title }) => !["static", "reserved", "peak in"].includes(title));
  output.table(isOne ? columns : [...ofModel, ...ofRank], rows);
  output.print();
  printCaption(output, { hint: choices.gpu === undefined });
  if (isOne) printOne(output, models[0]!, named, all);
  printSettings(output, isOne ? [{ name: named.model, choices }] : models, named);
  printQloraSettings(output, rows);
  if (isOne) printParts(output, rows, all);
  for (const line of nearestLines(placedOf(models))) output.say(line);
  output.say(accuracyLine(choices.profile.name));
  output.print();
  const answers = models.map(({ answer }) => answer);
  printAssumptions(output, answers, all);
}

/** Prints the card and the shape of the only model. */
function printOne(output: Output, { name, answer }: AnsweredModel, { training }: Named, all: boolean): void {
  const { shape, rows, card } = answer;
  if (card) printCard(output, card, all);
  if (card && card.fit !== "fits") printCards(output, rows);
  if (training) output.print(`${training.file}: ${tools[training.config.tool].name}`);
  output.print(
    `${name}: ${shape.modelType}, ${wholeNumber(shape.totalParams)} parameters, ${shape.layers} layers, ` +
      `hidden size ${wholeNumber(shape.hiddenSize)}`,
  );
}

/** Each rank of the only model, or of several models the largest rank of each. */
function placedOf(models: readonly AnsweredModel[]): Placed[] {
  const [{ answer }] = models as [AnsweredModel];
  if (models.length > 1)
    return models.map((one) => ({ label: one.name, nearest: largestRankRow(one.answer.rows).nearest }));
  const several = new Set(answer.rows.map(({ method }) => method)).size > 1;
  return answer.rows.map(({ method, rank, nearest }) => {
    return { label: `${several ? `${method} ` : ""}rank ${rank}`, nearest };
  });
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
