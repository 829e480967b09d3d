import { counted, cutText, formatByteRange, formatCount, wholeNumber } from "@lorank/core";
import { byteFormat, methodsOf, type StackSettings, smallestCardSentence } from "@lorank/core/memory";
import type { Page, TextColumn } from "../../output.ts";
import { factsOf } from "../../tools/tools.ts";
import { accuracyLine, nearestLines, type Placed, unmeasuredLine } from "./accuracy.ts";
import type { ChoiceName } from "./choices.ts";
import type { ModelFacts, ModelMemory, RankMemory } from "./estimate.ts";
import type { Named } from "./model-config.ts";
import { type ObjectiveChoices, objectiveFacts } from "./objective.ts";
import { type Details, printCard } from "./print-card.ts";
import { wordsOf } from "./words.ts";

/** Prints the answer sentence, then assumptions about names and models on which a decision may depend. */
export function printSentence(
  output: Page,
  sentence: string,
  models: readonly ModelMemory[],
  hours?: Details["hours"],
): void {
  const [first] = models as [ModelMemory];
  output.say(sentence, output.colours.bold);
  const sentences = [
    ...models.map((model) => hours?.hoursSentence(model)),
    ...models.flatMap(({ model, shared }) => [model.taken, shared]),
    ...(first.limits ?? []),
    ...first.assumptions.cards,
    ...models.flatMap(({ model, assumptions }) =>
      assumptions.model.map((words) => (models.length > 1 ? `${model.name}: ${words}` : words)),
    ),
    unmeasuredLine(first),
  ];
  for (const each of sentences) if (each !== undefined) output.say(each);
  output.print();
}

type ModelRow = RankMemory & Pick<ModelMemory, "model">;

/**
 * Prints the details: a table by model and rank, the card, settings, accuracy. `all` adds the peak's parts, every
 * change and all assumptions.
 */
export function printModels(
  output: Page,
  models: readonly ModelMemory[],
  named: Pick<Named, "model" | "modelFrom">,
  details: Details,
): void {
  const { all, hours } = details;
  const [first, ...others] = models as [ModelMemory, ...ModelMemory[]];
  const isOne = others.length === 0;
  const format = byteFormat(first.gpu);
  const rows = models.flatMap(({ model, results }) => results.map((row): ModelRow => ({ ...row, model })));
  const columns = isOne ? rankColumns(rows, format) : modelColumns(rows, format);
  output.table([...columns, ...(hours?.hoursColumns ?? [])], rows);
  output.print();
  output.say(
    "Bytes at the peak. static: weights, gradients, optimiser; allocated: what the framework counts; reserved: what its " +
      "allocator holds; device: what nvidia-smi shows. 1 GB is 10^9 bytes, 1 GiB 2^30." +
      (models.some(({ notCounted }) => notCounted.length > 0) ? " All of what is counted." : "") +
      (first.gpu === undefined ? " With --gpu: what fits a card, how far it goes, what to change." : ""),
    output.colours.dim,
  );
  output.print();
  hours?.printHours(output, first);
  if (isOne) printOne(output, first, details);
  printSettings(output, models, named, all);
  printQloraSettings(output, rows);
  if (isOne) printParts(output, first, all, format);
  for (const line of nearestLines(placedOf(models))) output.say(line);
  output.say(`${accuracyLine(first)}\n`);
  printAssumptions(output, models, all);
}

function modelColumns(rows: readonly ModelRow[], format: (bytes: number) => string): TextColumn<ModelRow>[] {
  const ofRank = rankColumns(rows, format);
  return [
    { title: "model", align: "left", cell: ({ model }) => model.name },
    { title: "parameters", cell: ({ model }) => formatCount(model.totalParams) },
    ...ofRank.filter(({ title }) => !["static", "reserved", "peak in"].includes(title)),
  ];
}

function rankColumns(rows: readonly ModelRow[], format: (bytes: number) => string): TextColumn<ModelRow>[] {
  const namesMethod = rows.some(({ method }) => method === "full");
  return [
    {
      ...{ title: "method", align: "left" },
      cell: ({ method, base }) => (namesMethod ? `${method} ${base}` : ""),
    },
    { title: "rank", cell: ({ rank }) => String(rank ?? "–") },
    { title: "trainable", cell: ({ trainableParams }) => formatCount(trainableParams) },
    { title: "static", cell: ({ staticBytes }) => format(staticBytes) },
    { title: "allocated", cell: ({ allocatedBytes }) => format(allocatedBytes) },
    { title: "reserved", cell: ({ reservedBytes }) => formatByteRange(reservedBytes, format) },
    { title: "device", cell: ({ deviceBytes }) => formatByteRange(deviceBytes, format) },
    { title: "peak in", align: "left", cell: ({ peakPhase }) => peakPhase },
    { title: "card", align: "left", cell: ({ fit }) => fit ?? "" },
  ];
}

function printOne(output: Page, memory: ModelMemory, details: Details): void {
  const { model, gpu, config } = memory;
  const [{ largest }] = methodsOf(memory);
  if (gpu) printCard(output, gpu, { ...details, notCounted: largest.notCounted });
  const smallest = gpu && gpu.fit !== "fits" ? smallestCardSentence(largest) : undefined;
  if (smallest !== undefined) output.say(`${smallest}\n`);
  if (config) output.print(`${config.file}: ${factsOf(config.tool).title}`);
  output.print(shapeLine(model));
}

export function shapeLine({ name, modelType, totalParams, layers, hiddenSize }: ModelFacts): string {
  const sizes = `${wholeNumber(totalParams)} parameters, ${layers} layers, hidden size ${wholeNumber(hiddenSize)}`;
  return `${name}: ${modelType}, ${sizes}`;
}

function placedOf(models: readonly ModelMemory[]): Placed[] {
  const [first, ...others] = models as [ModelMemory, ...ModelMemory[]];
  if (others.length > 0)
    return models.map((one) => ({ label: one.model.name, nearest: methodsOf(one)[0].largest.nearest }));
  const several = methodsOf(first).length > 1;
  return first.results.map(({ method, rank, nearest }) => ({
    label: `${several ? `${method} ` : ""}${rank === null ? "all weights" : `rank ${rank}`}`,
    nearest,
  }));
}

/** Prints assumptions left out by {@link printSentence}: the first row's, then other rows' own. */
function printAssumptions(output: Page, models: readonly ModelMemory[], all: boolean): void {
  const printed = models.flatMap(({ assumptions: { cards, model } }) => [...cards, ...model]);
  const [first, ...others] = models.flatMap(({ results }) => results) as [RankMemory, ...RankMemory[]];
  const own = others.flatMap(({ method, base, assumptions }) =>
    assumptions
      .filter((each) => !first.assumptions.includes(each))
      .map((each) => `${method} ${base}: ${each}`),
  );
  const assumptions = [...new Set([...first.assumptions, ...own])].filter((each) => !printed.includes(each));
  if (all) for (const each of assumptions) output.say(`- ${each}`, output.colours.dim);
  else
    output.say(
      `--all shows the parts of the peak, where each setting is from, every change that saves memory and ${counted(assumptions.length, "assumption")}.`,
      output.colours.dim,
    );
}

function printParts(
  output: Page,
  memory: ModelMemory,
  all: boolean,
  format: (bytes: number) => string,
): void {
  const { rank, allocatedBytes, peakPhase } = methodsOf(memory)[0].largest;
  const [largest, bytes] = memory.peakParts[0]!;
  const whose = rank === null ? "training all weights" : `rank ${rank}`;
  output.say(
    `The peak of ${whose} is in the ${peakPhase}: ${format(allocatedBytes)} ` +
      `allocated. Its largest part: ${largest}, ${shareOf(bytes, allocatedBytes)}.\n`,
  );
  if (all) printPartsTable(output, memory.peakParts, format);
}

const shareOf = (bytes: number, total: number): string => `${((100 * bytes) / total).toFixed(1)} %`;

/** Prints the parts of a peak, the largest first; `parts` must be complete. */
export function printPartsTable(
  output: Page,
  parts: ModelMemory["peakParts"],
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

/** Prints settings with their origins, and remarks on a training config. */
function printSettings(
  output: Page,
  models: readonly ModelMemory[],
  named: Pick<Named, "model" | "modelFrom">,
  all: boolean,
): void {
  const [first, ...others] = models as [ModelMemory, ...ModelMemory[]];
  const { profile, stack, config, from, settings, ranks, targets, base, method, labels, microBatch } = first;
  const chosen = {
    ...{ ranks, targets, base, method, labels },
    ...objectiveFacts(first as ObjectiveChoices),
    gpu: first.gpu?.text,
    strategy: first.cards?.strategy,
    microBatch,
    seq: [...new Set(models.map(({ seq }) => seq))],
    imageTokens: first.imageTokens,
    ...settings,
  };
  const origins = { ...from, seq: [...new Set(models.map((one) => one.from.seq))].join("; ") };
  const rows = (Object.entries(chosen) as [ChoiceName, unknown][])
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ({ words: wordsOf(name), value: text(value), from: origins[name] ?? "" }));
  const isOfProfile = (row: (typeof rows)[number]): boolean => row.from.startsWith("profile ");
  const chosenBy = from.profile === "default" ? ", for none was named" : "";
  output.say(`profile ${profile}${chosenBy}: ${stack}\n`);
  const names = others.length > 0 ? models.map(({ model }) => model.name) : [named.model];
  output.table<(typeof rows)[number]>(
    [
      { title: "setting", align: "left", cell: ({ words }) => words },
      { title: "value", align: "left", cell: ({ value }) => value },
      { title: "from", align: "left", cell: (row) => row.from },
    ],
    [
      { words: others.length > 0 ? "models" : "model", value: text(names), from: named.modelFrom },
      ...rows.filter((row) => all || !isOfProfile(row)),
    ],
  );
  output.print();
  const ofProfile = rows.filter(isOfProfile).map(({ words, value }) => `${words} ${value}`);
  if (!all && ofProfile.length > 0)
    output.say(`As the profile has it: ${ofProfile.join(", ")}.\n`, output.colours.dim);
  const { remarks = [] } = config ?? {};
  for (const remark of remarks) output.say(`- ${remark}`, output.colours.dim);
  if (remarks.length > 0) output.print();
}

function printQloraSettings(output: Page, rows: readonly RankMemory[]): void {
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
