import { freemem } from "node:os";
import { counted, formatCount, formatDecimalBytes, wholeNumber } from "@lorank/core";
import { type Compared, comparedIn, inUnit, metricOf } from "@lorank/evidence/results";
import { pointsWords } from "@lorank/train/names";
import type { Page, TextColumn, TitledLine } from "../../output.ts";
import { rankColumn } from "../../rank-column.ts";
import { deviceFacts, trialsFact } from "../../sweep/announce.ts";
import type { ReadySweep } from "../../sweep/ready-sweep.ts";
import { duration, plainText, wrap, wrapProse } from "../../text.ts";
import { LARGEST_ERROR } from "../memory/engine-accuracy.ts";
import type { RankCosts, SweepCosts } from "./cost.ts";
import type { Design, NoiseCase } from "./design.ts";
import type { AnsweredPlan } from "./document.ts";
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
  rowAt,
  showsWords,
} from "./words.ts";

export interface PlanCommands {
  readonly run: string;
  /** Commands to run every rank under one seed, then plan again; empty if no sweep is planned. */
  readonly firstSeed: readonly string[];
}

interface Planned extends PlanCommands {
  readonly document: AnsweredPlan;
  readonly ready?: ReadySweep;
}

function printCosts(ready: ReadySweep, { costs, vllmRanks }: AnsweredPlan, output: Page): void {
  const { done, peakBytes, diskBytes, ranks, secondsLeft } = costs!;
  const compared = comparedIn(ready.plan.summary);
  output.facts([
    ...ready.facts,
    trialsFact(ready, done > 0 ? `; ${done} done` : ""),
    ...deviceFacts(ready.costs?.device),
    ["time", timeWords(costs!, compared)],
    ...pointsNotes(costs!).map((words) => ["points", words] as const),
    ...(peakBytes === null ? [] : [["memory", memoryWords(peakBytes, costs!)] as const]),
    ...(diskBytes === null ? [] : [["disk", diskWords(diskBytes)] as const]),
  ]);
  if (diskBytes === null && secondsLeft === null) return;
  const cell =
    (member: Exclude<keyof RankCosts, "peakPhase">, inWords: (value: number) => string) =>
    (row: RankCosts) => {
      const value = row[member] ?? null;
      return value === null ? "" : inWords(value);
    };
  output.table<RankCosts>(
    [
      rankColumn(compared),
      { title: "trainable", cell: cell("trainableParams", formatCount) },
      { title: "adapter", cell: cell("adapterBytes", formatDecimalBytes) },
      { title: "peak memory", cell: cell("peakBytes", formatDecimalBytes) },
      { title: "time a trial", cell: cell("trialSeconds", duration) },
    ],
    ranks,
  );
  for (const note of [...[vllmRanks ?? []].flat(), ...ready.notes.map(plainText)]) output.note(`\n${note}`);
  output.print();
}

export function timeWords(costs: SweepCosts, compared = comparedIn()): string {
  const { timeSource, secondsByPart: time, trialsAtOnce } = costs;
  if (time === null)
    return `unknown: --measure times a few steps of ${timedWords(compared)}${beforeIt(costs)}`;
  const from =
    timeSource === "measured"
      ? `a few steps of ${timedWords(compared)}`
      : `the trials that were run${trialsAtOnce > 1 ? ", if as many ran side by side" : ""}`;
  const parts = [
    ...(time.base > 0 ? [`${duration(time.base)} for the untouched base`] : []),
    ...(time.cuts > 0 ? [`${duration(time.cuts)} for the probe's truncations`] : []),
    ...(time.test > 0 ? [`${duration(time.test)} for the final test score`] : []),
  ];
  return `${timeInAll(costs)}${parts.length > 0 ? ` (${parts.join(", ")})` : ""}, from ${from}${beforeIt(costs)}`;
}

/** Sentence on what evaluations on the way add to a trial's time, if that is known. */
function pointsNotes({ points }: SweepCosts): string[] {
  if (points === undefined) return [];
  const amount = (share: number): string => `about ${Math.max(1, Math.round(100 * share))} % to its time`;
  return [pointsWords(points, amount, "--evaluate-every")];
}

/** Ranks or arms that `--measure` times, in words. */
export function timedWords({ isNamed }: Compared): string {
  return isNamed ? "each arm" : "the smallest and the largest rank";
}

/** Time in words: "about 7:27", "about 3:00 for what is left". */
function timeInAll({ atMost, done, secondsLeft }: SweepCosts): string {
  return `${atMost ? "at most" : "about"} ${duration(secondsLeft!)}${done > 0 ? " for what is left" : ""}`;
}

/** Search before the sweep: "; before it a search of 14 to 34 trainings, about 2:00 to 5:00". */
function beforeIt({ search }: SweepCosts): string {
  if (search === undefined) return "";
  const [least, most] = search.trainings;
  const count = `; before it a search of ${wholeNumber(least)} to ${wholeNumber(most)} trainings`;
  if (search.seconds === null) return count;
  return `${count}, about ${duration(search.seconds[0])} to ${duration(search.seconds[1])}`;
}

function memoryWords(peakBytes: number, { trialsAtOnce }: SweepCosts): string {
  const peak = `${formatDecimalBytes(peakBytes)} in ${trialsAtOnce === 1 ? "one process" : `${trialsAtOnce} processes`} at most`;
  return `${peak}, predicted for the CPU within ${LARGEST_ERROR} %${beyondFree(peakBytes)}`;
}

function beyondFree(peakBytes: number): string {
  const free = process.availableMemory?.() ?? freemem();
  return peakBytes > free ? `, more than the ${formatDecimalBytes(free)} that are free now` : "";
}

function diskWords({ total, adapters, results, data, others }: NonNullable<SweepCosts["diskBytes"]>): string {
  return (
    `${formatDecimalBytes(total)}: adapters ${formatDecimalBytes(adapters)}, results ` +
    `${formatDecimalBytes(results)}, data and logs ${formatDecimalBytes(data + others)}`
  );
}

export function printSummary({ document, ready, run, firstSeed }: Planned, output: Page): void {
  const { costs, results } = document;
  const facts: TitledLine[] = [
    ...(ready?.facts.filter(([title]) => ["data", "cut"].includes(title)) ?? []),
    ["shows", document.design === null ? unknownDesign : shownWords(document, firstSeed, showsWords)],
  ];
  if (ready && costs && costs.done === costs.trials) facts.push(trialsFact(ready, ", all of them done"));
  else if (ready && costs) {
    const done = costs.done > 0 ? `; ${costs.done} done` : "";
    facts.push(trialsFact(ready, `${done}; ${takesWords(costs)}`), ["run", run, "command"]);
  }
  output.facts(facts, { isEnd: true });
  const notes = [
    ...[results?.warning ?? []].flat(),
    ...(ready?.notes ?? []).map(plainText),
    // This engine's notes have the cost in compute.
    ...(costs && ready?.costs === undefined ? pointsNotes(costs) : []),
  ];
  if (notes.length > 0) output.note(`\n${notes.join("\n")}`);
}

const unknownDesign =
  "What these trials can show depends on how many examples they are evaluated on: --examples says it before a first run, --results FOLDER after it.";

function shownWords(
  { design, noise }: AnsweredPlan,
  firstSeed: readonly string[],
  inWords: typeof canShowWords,
): string {
  const middle = noise[Math.floor(noise.length / 2)];
  return middle === undefined ? nothingKnownWords(design!, firstSeed) : inWords(design!, middle);
}

function takesWords(costs: SweepCosts): string {
  const { secondsLeft, peakBytes, diskBytes } = costs;
  return [
    secondsLeft === null
      ? `time unknown without --measure${beforeIt(costs)}`
      : timeInAll(costs) + beforeIt(costs),
    ...(peakBytes === null ? [] : [`${formatDecimalBytes(peakBytes)} of memory${beyondFree(peakBytes)}`]),
    ...(diskBytes === null ? [] : [`${formatDecimalBytes(diskBytes.total)} of disk`]),
  ].join(", ");
}

export function printPlan({ document, ready, firstSeed }: Planned, output: Page): void {
  const { design, results, published = [] } = document;
  if (ready !== undefined) printCosts(ready, document, output);
  if (ready !== undefined && results !== null && results.warning !== null)
    output.note(`${results.warning}\n`);
  const say = (text: string): void => output.print(wrap(text, Math.min(output.columns, 100)));
  if (design === null) say(unknownDesign);
  else printDesign(design, document, firstSeed, output);
  // Published sweeps serve as a prior only before a first run.
  const prior = results === null ? publishedWords(published) : undefined;
  if (prior !== undefined) say(`\n${prior}`);
}

function printDesign(
  design: Design,
  document: AnsweredPlan,
  firstSeed: readonly string[],
  output: Page,
): void {
  const { print, colours } = output;
  const { noise, results } = document;
  const say = (text: string): void => print(wrapProse(text, Math.min(output.columns, 100)));
  if (noise.length === 0) {
    say(nothingKnownWords(design, firstSeed));
    return;
  }
  print(colours.bold(headline(design)));
  say(noiseWords(noise, results?.path, comparedIn(design)));
  if (design.method !== undefined)
    say(`These figures are a grid's: a ${design.method} shares its error in another way.`);
  print();
  printRows(design, noise, output);
  say(colours.dim(oneSeedWords(design)));
  print();
  printNeeds(design, noise, output);
  print();
  say(shownWords(document, firstSeed, canShowWords));
  const never = needWords(design, noise);
  if (never !== undefined) say(colours.yellow(never));
}

function printNeeds(design: Design, cases: readonly NoiseCase[], { table }: Page): void {
  const { margin, metric, seeds, examples, limit } = design;
  const count = (value: number | null, isUnknown = false): string =>
    value === null ? (isUnknown ? "unknown" : "no number") : wholeNumber(value);
  const beyond = `more than ${wholeNumber(limit?.examples ?? 0)}`;
  table<NoiseCase>(
    [
      {
        title: `a margin of ${inUnit(margin, metric)} needs`,
        align: "left",
        cell: (one) => disagreementName(one, comparedIn(design).many),
      },
      {
        title: `seeds with ${counted(examples, "example")}`,
        cell: ({ source, needed }) => count(needed.seedsWithTheseExamples, source === "one-seed"),
      },
      {
        title: `examples with ${counted(seeds, "seed")}`,
        // Observed runs estimate the noise between seeds too roughly for an exact number.
        cell: ({ source, needed: { examplesWithTheseSeeds: all, examplesOfThisDataWithTheseSeeds: own } }) =>
          all === own ? count(own, source !== "assumed") : beyond,
      },
      {
        title: "fewest outcomes",
        cell: ({ source, needed }) =>
          source === "one-seed" ? "unknown" : fewestWords(needed.fewestOutcomesOfThisData),
      },
      { title: "examples, one seed*", cell: ({ needed }) => count(needed.oneSeedExamples) },
    ],
    cases,
  );
}

function printRows({ metric }: Design, cases: readonly NoiseCase[], { table }: Page): void {
  const column =
    (what: string, member: "detectableDifference" | "certifiableMargin") =>
    (one: NoiseCase): TextColumn<number> => ({
      title: `${what}${caseName(one)}`,
      cell: (seeds) => {
        const row = rowAt(seeds, one);
        return metricOf(metric).differenceCell(row[member]) + (row.claims ? " " : "*");
      },
    });
  table<number>(
    [
      { title: "seeds", cell: String },
      ...cases.map(column("finds", "detectableDifference")),
      ...cases.map(column("margin", "certifiableMargin")),
    ],
    cases[0]!.bySeeds.map(({ seeds }) => seeds),
  );
}
