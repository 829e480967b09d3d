import { counted, cutText, formatCount, wholeNumber } from "@lorank/core";
import type { RankEstimate, StackSettings } from "@lorank/core/memory";
import type { ModelShape } from "@lorank/core/models";
import { byteFormat } from "../../flags/card-memory.ts";
import type { Page, TextColumn } from "../../output.ts";
import { range } from "../../text.ts";
import { factsOf } from "../../tools/tools.ts";
import { accuracyLine, nearestLines, type Placed, unmeasuredLine } from "./accuracy.ts";
import type { AnsweredModel } from "./answer-words.ts";
import type { ChoiceName, MemoryChoices } from "./choices.ts";
import type { MemoryAnswer } from "./estimate.ts";
import type { Named } from "./model-config.ts";
import { printCard, printCards } from "./print-card.ts";
import { wordsOf } from "./read-training-config.ts";

/**
 * Prints the answer, and below it what it takes for granted about names and models: a decision may hang on these.
 */
export function printSentence(output: Page, sentence: string, models: readonly AnsweredModel[]): void {
  output.say(sentence, output.colours.bold);
  for (const { taken, shared } of models)
    for (const each of [taken, shared]) if (each !== undefined) output.say(each);
  for (const limit of models[0]!.answer.limits) output.say(limit);
  for (const sentence of models[0]!.answer.assumptions.cards) output.say(sentence);
  for (const { name, answer } of models) {
    const prefix = models.length > 1 ? `${name}: ` : "";
    for (const words of answer.assumptions.model) output.say(`${prefix}${words}`);
  }
  const unmeasured = unmeasuredLine(models[0]!);
  if (unmeasured !== undefined) output.say(unmeasured);
  output.print();
}

/**
 * Prints the basis of the answer: one table of all models and ranks, the card, the settings, how far to trust it. With
 * `all` it has the parts of the peak, every change and all assumptions too.
 */
export function printModels(
  output: Page,
  models: readonly AnsweredModel[],
  named: Named,
  all: boolean,
): void {
  const rows = models.flatMap(({ name, answer }) =>
    answer.rows.map((row) => ({ ...row, name, params: answer.shape.totalParams })),
  );
  const { choices } = models[0]!;
  const isOne = models.length === 1;
  const ofModel: TextColumn<(typeof rows)[number]>[] = [
    { title: "model", align: "left", cell: ({ name }) => name },
    { title: "parameters", cell: ({ params }) => formatCount(params) },
  ];
  const format = byteFormat(choices.gpu);
  const columns = rowColumns(rows, format);
  const ofRank = columns.filter(({ title }) => !["static", "reserved", "peak in"].includes(title));
  output.table(isOne ? columns : [...ofModel, ...ofRank], rows);
  output.print();
  output.say(
    "Bytes at the peak. static: weights, gradients, optimiser; allocated: what the framework counts; reserved: what its " +
      "allocator holds; device: what nvidia-smi shows. 1 GB is 10^9 bytes, 1 GiB 2^30." +
      (models.some(({ answer }) => answer.notCounted.length > 0) ? " All of what is counted." : "") +
      (choices.gpu === undefined ? " With --gpu: what fits a card, how far it goes, what to change." : ""),
    output.colours.dim,
  );
  output.print();
  if (isOne) printOne(output, models[0]!, named, all);
  printSettings(output, isOne ? [{ name: named.model, choices }] : models, named, all);
  printQloraSettings(output, rows);
  if (isOne) printParts(output, models[0]!.answer, all, format);
  for (const line of nearestLines(placedOf(models))) output.say(line);
  output.say(`${accuracyLine(models[0]!)}\n`);
  printAssumptions(
    output,
    models.map(({ answer }) => answer),
    all,
  );
}

/** Prints the card and the shape of the only model. */
function printOne(output: Page, { name, answer }: AnsweredModel, { training }: Named, all: boolean): void {
  const { shape, card, largestRank } = answer;
  const { notCounted } = largestRank;
  if (card) printCard(output, card, { all, config: training?.file, notCounted });
  if (card && card.fit !== "fits") printCards(output, largestRank);
  if (training) output.print(`${training.file}: ${factsOf(training.config.tool).title}`);
  output.print(shapeLine(name, shape));
}

/** A model's sizes in one line. */
export function shapeLine(name: string, { modelType, totalParams, layers, hiddenSize }: ModelShape): string {
  const sizes = `${wholeNumber(totalParams)} parameters, ${layers} layers, hidden size ${wholeNumber(hiddenSize)}`;
  return `${name}: ${modelType}, ${sizes}`;
}

/** Each rank of the only model, or of several models the largest rank of each. */
function placedOf(models: readonly AnsweredModel[]): Placed[] {
  const [{ answer }] = models as [AnsweredModel];
  if (models.length > 1)
    return models.map((one) => ({ label: one.name, nearest: one.answer.largestRank.nearest }));
  const several = new Set(answer.rows.map(({ method }) => method)).size > 1;
  return answer.rows.map(({ method, rank, nearest }) => {
    return {
      label: `${several ? `${method} ` : ""}${rank === null ? "all weights" : `rank ${rank}`}`,
      nearest,
    };
  });
}

/** Prints the assumptions that {@link printSentence} has not. */
function printAssumptions(output: Page, answers: readonly MemoryAnswer[], all: boolean): void {
  const printed = new Set(answers.flatMap(({ assumptions: { cards, model } }) => [...cards, ...model]));
  const assumptions = assumptionsOf(answers.flatMap(({ rows }) => rows)).filter((each) => !printed.has(each));
  if (all) for (const each of assumptions) output.say(`- ${each}`, output.colours.dim);
  else
    output.say(
      `--all shows the parts of the peak, where each setting is from, every change that saves memory and ${counted(assumptions.length, "assumption")}.`,
      output.colours.dim,
    );
}

/** Those of the first row, then those of other rows alone. */
function assumptionsOf([first, ...others]: readonly RankEstimate[]): string[] {
  const assumptions = new Set(first?.estimate.assumptions);
  const own = others.flatMap(({ method, base, estimate }) =>
    estimate.assumptions
      .filter((assumption) => !assumptions.has(assumption))
      .map((assumption) => `${method} ${base}: ${assumption}`),
  );
  return [...assumptions, ...new Set(own)];
}

/** The columns of a table by rank; the method's where there are several. */
function rowColumns<Row extends RankEstimate>(
  rows: readonly Row[],
  format: (bytes: number) => string,
): TextColumn<Row>[] {
  const namesMethod = rows.some(({ method }) => method === "full");
  return [
    {
      ...{ title: "method", align: "left" },
      cell: ({ method, base }) => (namesMethod ? `${method} ${base}` : ""),
    },
    { title: "rank", cell: ({ rank }) => String(rank ?? "–") },
    { title: "trainable", cell: ({ estimate }) => formatCount(estimate.trainableParams) },
    { title: "static", cell: ({ estimate }) => format(estimate.staticBytes) },
    { title: "allocated", cell: ({ estimate }) => format(estimate.allocatedBytes) },
    { title: "reserved", cell: ({ estimate }) => range(estimate.reservedBytes, format) },
    { title: "device", cell: ({ estimate }) => range(estimate.deviceBytes, format) },
    { title: "peak in", align: "left", cell: ({ estimate }) => estimate.peakPhase },
    { title: "card", align: "left", cell: ({ fit }) => fit ?? "" },
  ];
}

/** Prints where the peak is and what the most of it is; with `all`, every part. */
function printParts(
  output: Page,
  { largestRank: { rank, estimate }, parts }: MemoryAnswer,
  all: boolean,
  format: (bytes: number) => string,
): void {
  const { allocatedBytes, peakPhase } = estimate;
  const [largest, bytes] = parts[0]!;
  const whose = rank === null ? "training all weights" : `rank ${rank}`;
  output.say(
    `The peak of ${whose} is in the ${peakPhase}: ${format(allocatedBytes)} ` +
      `allocated, and the most of it ${largest}, ${shareOf(bytes, allocatedBytes)}.\n`,
  );
  if (all) printPartsTable(output, parts, format);
}

const shareOf = (bytes: number, total: number): string => `${((100 * bytes) / total).toFixed(1)} %`;

/** Prints what a peak is made of, of which `parts` are all, the largest first. */
export function printPartsTable(
  output: Page,
  parts: MemoryAnswer["parts"],
  format: (bytes: number) => string,
): void {
  const total = parts.reduce((sum, [, bytes]) => sum + bytes, 0);
  output.table<(typeof parts)[number]>(
    [
      { title: "part", align: "left", cell: ([words]) => words },
      { title: "bytes", cell: ([, bytes]) => format(bytes) },
      { title: "share", cell: ([, bytes]) => shareOf(bytes, total) },
    ],
    parts,
  );
  output.print();
}

/**
 * Prints what was estimated with where each value comes from, and remarks on a training config. Models share all
 * of it but the length, which may be the longest that one of them takes.
 */
function printSettings(
  output: Page,
  models: readonly { readonly name: string; readonly choices: MemoryChoices }[],
  { modelFrom, training }: Named,
  all: boolean,
): void {
  const { choices } = models[0]!;
  const { profile, settings, from } = choices;
  const { ranks, targets, base, method, labels, gpu, cards, microBatch } = choices;
  const lengths = new Set(models.map((model) => model.choices.seq));
  const seq = lengths.size === 1 ? choices.seq : [...lengths];
  const chosen = {
    ranks,
    targets,
    base,
    method,
    labels,
    gpu: gpu?.text,
    strategy: cards?.strategy,
    microBatch,
    seq,
    ...settings,
  };
  const lengthFrom = [...new Set(models.map((model) => model.choices.from.seq))].join("; ");
  const rows = (Object.entries(chosen) as [ChoiceName, unknown][])
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [wordsOf(name), text(value), name === "seq" ? lengthFrom : from[name]] as const);
  const isOfProfile = ([, , origin]: (typeof rows)[number]): boolean =>
    origin?.startsWith("profile ") ?? false;
  const chosenBy = from.profile === "default" ? ", for none was named" : "";
  output.say(`profile ${profile.name}${chosenBy}: ${profile.stack}\n`);
  output.table(
    [
      { title: "setting", align: "left", cell: ([words]) => words },
      { title: "value", align: "left", cell: ([, value]) => value },
      { title: "from", align: "left", cell: ([, , origin]) => origin ?? "" },
    ],
    [
      [models.length > 1 ? "models" : "model", text(models.map(({ name }) => name)), modelFrom] as const,
      ...rows.filter((row) => all || !isOfProfile(row)),
    ],
  );
  output.print();
  const ofProfile = rows.filter(isOfProfile).map(([words, value]) => `${words} ${value}`);
  if (!all && ofProfile.length > 0)
    output.say(`As the profile has it: ${ofProfile.join(", ")}.\n`, output.colours.dim);
  const { remarks = [] } = training?.config ?? {};
  for (const remark of remarks) output.say(`- ${remark}`, output.colours.dim);
  if (remarks.length > 0) output.print();
}

/** Prints what the QLoRA rows of a comparison have that the LoRA rows have not. */
function printQloraSettings(output: Page, rows: readonly RankEstimate[]): void {
  const [lora, qlora] = (["lora", "qlora"] as const).map((name) =>
    rows.find(({ method }) => method === name),
  );
  if (!lora || !qlora) return;
  const names = Object.keys(qlora.settings) as (keyof StackSettings)[];
  const own = names.filter((name) => qlora.settings[name] !== lora.settings[name]);
  if (own.length === 0) return;
  const words = own.map((name) => `${wordsOf(name)} ${text(qlora.settings[name])}`).join(", ");
  output.say(`QLoRA, as the guides of this stack have it: ${words}.\n`);
}

function text(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return cutText(Array.isArray(value) ? value.join(",") : String(value), 80);
}
