import { freemem } from "node:os";
import { vllmRankNote } from "@lorank/checkpoint";
import { counted, formatCount, formatDecimalBytes, kindOf, wholeNumber } from "@lorank/core";
import type { PreviewRow } from "@lorank/evidence";
import { inUnit, metricOf } from "@lorank/evidence/results";
import { type Page, renderTable, type TextColumn, type TitledLine } from "../../output.ts";
import { deviceFacts, trialsFact } from "../../sweep/announce.ts";
import type { KnownCosts, ReadySweep } from "../../sweep/ready-sweep.ts";
import { duration, plainText, wrap, wrapProse } from "../../text.ts";
import { LARGEST_ERROR } from "../memory/engine-accuracy.ts";
import {
  type PlanAnswer,
  type PlannedSweep,
  type RankPlan,
  type SweepCosts,
  type SweepTime,
  secondsLeft,
} from "./cost.ts";
import type { Design, NoiseCase } from "./design.ts";
import { publishedWords } from "./published.ts";
import {
  canShowWords,
  caseName,
  disagreementName,
  fewestWords,
  headline,
  needWords,
  noiseWords,
  nothingKnownWords,
  oneSeedWords,
  showsWords,
} from "./words.ts";

/** Prints trials, time, memory and disk of the sweep. */
function printCosts({ ready, costs }: PlannedSweep, output: Page): void {
  const known = ready.costs;
  const { done, peakBytes, atOnce } = costs;
  output.facts([
    ...ready.facts,
    trialsFact(ready, done > 0 ? `; ${done} done` : ""),
    ...deviceFacts(known?.device),
    ["time", timeWords(costs, ready)],
    ...(peakBytes === undefined ? [] : [["memory", memoryWords(peakBytes, atOnce)] as const]),
    ...(known === undefined ? [] : [diskFact(known.disk)]),
  ]);
  if (known === undefined && costs.time === undefined) return;
  output.table<RankPlan>(
    [
      { title: "rank", cell: ({ rank }) => String(rank) },
      { title: "trainable", cell: ({ sizes }) => (sizes ? formatCount(sizes.trainableParams) : "") },
      { title: "adapter", cell: ({ sizes }) => (sizes ? formatDecimalBytes(sizes.adapterBytes) : "") },
      {
        title: "peak memory",
        cell: ({ memory }) => (memory ? formatDecimalBytes(memory.allocatedBytes) : ""),
      },
      { title: "time a trial", cell: ({ seconds }) => (seconds === undefined ? "" : duration(seconds)) },
    ],
    costs.ranks,
  );
  const served = known && vllmNote(known);
  if (served !== undefined) output.note(`\n${served}`);
  for (const note of ready.notes) output.note(`\n${plainText(note)}`);
  output.print();
}

/** Ranks that vLLM has no slots of, where it may serve the adapters: it refuses a classifier's head, and DoRA. */
export function vllmNote({ data, sizes: { ranks } }: Pick<KnownCosts, "data" | "sizes">): string | undefined {
  const largest = ranks.at(-1);
  if (largest === undefined || largest.rank === 0) return undefined;
  if (data.task.kind === "classification" || kindOf(data.adapter).problems.vLLM !== undefined)
    return undefined;
  return vllmRankNote({
    ranks: ranks.map(({ rank }) => rank),
    sizePerRank: largest.loraParams / largest.rank,
  });
}

export function timeWords(costs: SweepCosts, { toSearch }: Pick<ReadySweep, "toSearch">): string {
  const { timeSource, time, atOnce } = costs;
  if (time === undefined) return "unknown: --measure times a few steps of the smallest and the largest rank";
  const from =
    timeSource === "measured"
      ? "a few steps of the smallest and the largest rank"
      : `the trials that were run${atOnce > 1 ? ", if as many ran side by side" : ""}`;
  const parts = [
    ...(time.base > 0 ? [`${duration(time.base)} for the untouched base`] : []),
    ...(time.cuts > 0 ? [`${duration(time.cuts)} for the probe's truncations`] : []),
    ...(time.test > 0 ? [`${duration(time.test)} for the final test score`] : []),
  ];
  return `${timeInAll(costs, time)}${parts.length > 0 ? ` (${parts.join(", ")})` : ""}, from ${from}${beforeIt(toSearch)}`;
}

/** "about 7:27", "about 3:00 for what is left". */
function timeInAll({ atMost, done }: SweepCosts, time: SweepTime): string {
  return `${atMost ? "at most" : "about"} ${duration(secondsLeft(time))}${done > 0 ? " for what is left" : ""}`;
}

function beforeIt(toSearch: ReadySweep["toSearch"]): string {
  return toSearch.length > 0 ? "; the search before it is not included" : "";
}

function memoryWords(peakBytes: number, atOnce: number): string {
  const processes = atOnce === 1 ? "one process" : `${atOnce} processes`;
  const peak = `${formatDecimalBytes(peakBytes)} in ${processes} at most`;
  return `${peak}, predicted for the CPU within ${LARGEST_ERROR} %${beyondFree(peakBytes)}`;
}

/** Warns where less memory is free now; empty where it fits. */
function beyondFree(peakBytes: number): string {
  const free = process.availableMemory?.() ?? freemem();
  return peakBytes > free ? `, more than the ${formatDecimalBytes(free)} that are free now` : "";
}

function diskFact({ total, adapters, results, data, others }: KnownCosts["disk"]): TitledLine {
  return [
    "disk",
    `${formatDecimalBytes(total)}: adapters ${formatDecimalBytes(adapters)}, results ` +
      `${formatDecimalBytes(results)}, data and logs ${formatDecimalBytes(data + others)}`,
  ];
}

/** Commands to paste, each with the settings of the plan. */
export interface PlanCommands {
  /** Runs the planned sweep. */
  readonly run: string;
  /** Run every rank under one seed, and plan with what was observed; empty where no sweep is planned. */
  readonly firstSeed: readonly string[];
}

/** Prints the data, what they can show, the trials with what they take, and the command that runs them. */
export function printSummary(
  { design, cases, sweep }: PlanAnswer,
  { run, firstSeed }: PlanCommands,
  output: Page,
): void {
  const { ready, costs } = sweep ?? {};
  const titles = ["data", "cut"];
  const facts: TitledLine[] = [
    ...(ready?.facts.filter(([title]) => titles.includes(title)) ?? []),
    ["shows", design === undefined ? unknownDesign : shownWords(design, cases, firstSeed, showsWords)],
    ...(ready === undefined || costs === undefined
      ? []
      : costs.done === costs.trials
        ? [trialsFact(ready, ", all of them done")]
        : [
            trialsFact(ready, `${costs.done > 0 ? `; ${costs.done} done` : ""}; ${takesWords(ready, costs)}`),
            ["run", run] as const,
          ]),
  ];
  output.facts(facts, { isEnd: true });
  const notes = [...[sweep?.warning ?? []].flat(), ...(ready?.notes ?? []).map(plainText)];
  if (notes.length > 0) output.note(`\n${notes.join("\n")}`);
}

const unknownDesign =
  "What these trials can show depends on how many examples they are evaluated on: --examples says it before a first run, --results FOLDER after it.";

/** Says what the design can show, under the middle one of the assumed noises. */
function shownWords(
  design: Design,
  cases: readonly NoiseCase[],
  firstSeed: readonly string[],
  inWords: typeof canShowWords,
): string {
  return cases.length === 0
    ? nothingKnownWords(design, firstSeed)
    : inWords(design, cases[Math.floor(cases.length / 2)]!);
}

/** "about 7:27, 468 MB of memory, 23.0 MB of disk". */
function takesWords({ toSearch, costs: known }: ReadySweep, costs: SweepCosts): string {
  const { time, peakBytes } = costs;
  return [
    time === undefined ? "time unknown without --measure" : timeInAll(costs, time) + beforeIt(toSearch),
    ...(peakBytes === undefined
      ? []
      : [`${formatDecimalBytes(peakBytes)} of memory${beyondFree(peakBytes)}`]),
    ...(known === undefined ? [] : [`${formatDecimalBytes(known.disk.total)} of disk`]),
  ].join(", ");
}

/** Prints what a sweep takes, and what it can show. */
export function printPlan(
  { design, cases, runs, sweep }: PlanAnswer,
  { firstSeed }: PlanCommands,
  output: Page,
): void {
  if (sweep !== undefined) {
    printCosts(sweep, output);
    if (sweep.warning !== undefined) output.note(`${sweep.warning}\n`);
  }
  const say = (text: string): void => output.print(wrap(text, Math.min(output.columns, 100)));
  if (design !== undefined) printDesign(design, { cases, runs, firstSeed }, output);
  else say(unknownDesign);
  // After a first run there is evidence of one's own.
  const prior = runs === undefined ? publishedWords(sweep?.published ?? []) : undefined;
  if (prior !== undefined) say(`\n${prior}`);
}

/** Prints what the design can show, and what the margin needs. */
function printDesign(
  design: Design,
  { cases, runs, firstSeed }: Pick<PlanAnswer, "cases" | "runs"> & Pick<PlanCommands, "firstSeed">,
  output: Page,
): void {
  const { print, colours } = output;
  const say = (text: string): void => print(wrapProse(text, Math.min(output.columns, 100)));
  if (cases.length === 0) {
    say(nothingKnownWords(design, firstSeed));
    return;
  }
  print(colours.bold(headline(design)));
  say(noiseWords(cases, runs));
  if (design.method !== undefined)
    say(`These figures are a grid's: a ${design.method} shares its error in another way.`);
  print();
  print(rowsTable(design, cases, colours.dim));
  say(colours.dim(oneSeedWords(design)));
  print();
  print(needsTable(design, cases, colours.dim));
  print();
  say(shownWords(design, cases, firstSeed, canShowWords));
  const never = needWords(design, cases);
  if (never !== undefined) {
    say(colours.yellow(never));
  }
}

function needsTable(
  { margin, metric, seeds, examples, limit }: Design,
  cases: readonly NoiseCase[],
  dim: (line: string) => string,
): string {
  const count = (value: number | undefined, isUnknown = false): string =>
    value === undefined ? (isUnknown ? "unknown" : "no number") : wholeNumber(value);
  const beyond = `more than ${wholeNumber(limit?.examples ?? 0)}`;
  return renderTable<NoiseCase>(
    [
      { title: `a margin of ${inUnit(margin, metric)} needs`, align: "left", cell: disagreementName },
      {
        title: `seeds with ${counted(examples, "example")}`,
        cell: ({ source, preview }) => count(preview.needs.seeds, source === "one-seed"),
      },
      {
        title: `examples with ${counted(seeds, "seed")}`,
        // Observed runs know the noise between seeds too badly to name a number.
        cell: ({ source, preview, within }) =>
          preview.needs.examples === within.examples ? count(within.examples, source !== "assumed") : beyond,
      },
      {
        title: "fewest outcomes",
        cell: ({ source, within }) => (source === "one-seed" ? "unknown" : fewestWords(within.design)),
      },
      { title: "examples, one seed*", cell: ({ preview }) => count(preview.needs.oneSeedExamples) },
    ],
    cases,
    { title: dim },
  );
}

function rowsTable({ metric }: Design, cases: readonly NoiseCase[], dim: (line: string) => string): string {
  const seedCounts = cases[0]!.preview.rows.map(({ seeds }) => seeds);
  const column =
    (what: string, pick: (row: PreviewRow) => number) =>
    (one: NoiseCase): TextColumn<number> => ({
      title: `${what}${caseName(one)}`,
      cell: (seeds) => {
        const row = one.preview.rows.find((candidate) => candidate.seeds === seeds)!;
        return metricOf(metric).differenceCell(pick(row)) + (row.claims ? " " : "*");
      },
    });
  const columns: TextColumn<number>[] = [
    { title: "seeds", cell: (seeds) => String(seeds) },
    ...cases.map(column("finds", ({ difference }) => difference)),
    ...cases.map(column("margin", ({ certifiableMargin }) => certifiableMargin)),
  ];
  return renderTable(columns, seedCounts, { title: dim });
}
