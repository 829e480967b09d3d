import { basename, resolve } from "node:path";
import { InputError } from "@lorank/core";
import {
  type ComparedSide,
  type Comparison,
  type ComparisonWords,
  compareEach,
  compareSides,
  comparisonWords,
  type Side,
  testOutcomes,
  type WholeComparison,
  withSharedArms,
} from "@lorank/evidence/compare";
import {
  type ArmAxis,
  type ByArm,
  comparedIn,
  type MetricName,
  metricOf,
  namedRank,
  withArmNames,
} from "@lorank/evidence/results";
import type { Input } from "../../command.ts";
import type { Messages, Page, TextColumn } from "../../output.ts";
import { assertOutFile } from "../../paths.ts";
import { HashedInput } from "../../results/source-files.ts";
import { scoreCell } from "../../results/verdict.ts";
import { shellWord, wrap } from "../../text.ts";
import type { CompareSettings } from "./command.ts";
import { isSameTest, onSameExamples } from "./same-examples.ts";
import { isScoreList, type ReadSide, readSide, sideOfScores } from "./side.ts";

type CompareInput = Input<CompareSettings, readonly [first: string, second: string]>;

/** Comparison of two results; `ByArm`, if arms are compared in place of ranks. */
export type CompareDocument = RankComparison | ByArm<RankComparison>;

interface RankComparison extends WholeComparison {
  /** Comparison in words. */
  readonly explanation: string;
  /** Path to the written page, if any. */
  readonly out?: string;
}

interface Compared {
  readonly document: RankComparison;
  readonly words: ComparisonWords;
  readonly axis: ArmAxis | undefined;
}

export async function run({ settings, names }: CompareInput, output: Messages): Promise<Compared> {
  const { rank: typedRank, each: asksForEach = false, out } = settings;
  if (out !== undefined) assertOutFile(out, "--out");
  const stdin = new HashedInput(process.stdin);
  const read = await readBoth(names, settings, { output, stdin });
  assertHasRanks(read, typedRank);
  const decided = settingsOf(read, settings);
  const named = [withArms(read[0], read[1]), withArms(read[1], read[0])] as const;
  const [ofFirst, ofSecond] = withSharedArms(named[0].runs, named[1].runs);
  const { sides, examplesAre, leftOut } = onSameExamples(
    { ...named[0], runs: ofFirst },
    { ...named[1], runs: ofSecond },
  );
  const [first, second] = sides.map((side, index) => sideOf(side, nameOf(names, index), typedRank)) as [
    Side,
    Side,
  ];
  const compareSettings = { ...decided, sharesExamples: examplesAre !== "different" };
  const comparison = withoutOnlyRanks(compareSides(first, second, compareSettings), sides);
  const axis = first.runs.axis ?? second.runs.axis;
  const { test, note } = onTest([first, second], named, decided);
  const each = asksForEach ? { each: compareEach(first, second, compareSettings) } : {};
  const whole: WholeComparison = { ...comparison, examplesAre, ...(test && { test }), ...each };
  const words = comparisonWords(whole, { axis });
  const left = leftOut > 0 ? [`Left out ${leftOut} examples that only one of the results has.`] : [];
  const notes = [...left, ...(note === undefined ? [] : [note])];
  for (const one of notes) output.note(one);
  if (out !== undefined) {
    const { writePage } = await import("./page.ts");
    writePage(out, { comparison: whole, axis, notes }, { read, stdin });
  }
  const explanation = [words.answer, words.basis, words.settles].filter(Boolean).join(" ");
  return { document: { ...whole, explanation, ...(out !== undefined && { out }) }, words, axis };
}

/** Reads both results; a list of scores is judged as the other result is. Throws as `readSide` and `sideOfScores`. */
async function readBoth(
  paths: readonly [string, string],
  settings: CompareSettings,
  { output, stdin }: { readonly output: Messages; readonly stdin: AsyncIterable<Uint8Array> },
): Promise<readonly [ReadSide, ReadSide]> {
  const { rank, each, paired, out, ...options } = settings;
  const [first, second] = paths.map(isScoreList) as [boolean, boolean];
  assertFlagsFit(paths, settings, first && second);
  const read = (path: string): Promise<ReadSide> => readSide(path, options, output, stdin);
  const scores = (path: string, other?: ReadSide): ReadSide =>
    sideOfScores(path, { ...options, ...(paired && { paired }) }, other?.decision);
  if (first && second) return [scores(paths[0]), scores(paths[1])];
  const one = await read(paths[first ? 1 : 0]);
  if (first) return [scores(paths[0], one), one];
  return [one, second ? scores(paths[1], one) : await read(paths[1])];
}

/** @throws InputError `E_CONFIG` for flags that say nothing of these results, and for a result beside itself. */
function assertFlagsFit(
  [first, second]: readonly [string, string],
  { rank, paired, by, where }: Pick<CompareSettings, "rank" | "paired" | "by" | "where">,
  areLists: boolean,
): void {
  const refuse = (text: string): never => {
    throw new InputError("E_CONFIG", text);
  };
  if (!areLists) {
    if (resolve(first) === resolve(second))
      refuse(`<second> must be another result than the first, got ${second}`);
    if (paired) refuse(`--paired must be of two lists of scores, got ${first} and ${second}`);
    return;
  }
  const ofTables = { "--rank": rank, "--by": by, "--where": where };
  const [flag] = Object.entries(ofTables).find(([, value]) => value !== undefined) ?? [];
  if (flag !== undefined) refuse(`${flag} must be of sweeps or tables, got two lists of scores`);
  const [a, b] = [first, second].map((list) => list.split(",").length);
  if (paired && a !== b) refuse(`--paired must be of lists of equal length, got ${a} and ${b} scores`);
}

/** @throws InputError `E_CONFIG` for a typed rank where arms are compared, whose numbers nobody sees. */
function assertHasRanks(sides: readonly ReadSide[], rank: number | undefined): void {
  const axis = sides.map(({ runs }) => runs.axis).find((one) => one !== undefined);
  if (rank === undefined || axis === undefined) return;
  const { by, names } = axis;
  const isColumn = by !== "arm" && !by.includes(", ");
  const help = isColumn
    ? `\nOne ${by} of both is compared by --where ${shellWord(`${by}=${names[0]!}`)}`
    : "";
  throw new InputError("E_CONFIG", `--rank must be of ranks, got ${rank} for arms by ${by}${help}`);
}

/** Side of ranks beside one of arms: its ranks become arms, such as `rank 8`, under their own numbers. */
function withArms(side: ReadSide, other: ReadSide): ReadSide {
  const by = other.runs.axis?.by;
  if (by === undefined || side.runs.axis !== undefined || side.isScoreList) return side;
  const { runs, decision } = side;
  const ranks = runs.kind === "scores" ? runs.runs.map(({ rank }) => rank) : runs.ranks;
  const axis = { by, names: Array.from({ length: Math.max(...ranks) }, (_, i) => `rank ${i + 1}`) };
  return { ...side, runs: { ...runs, axis }, decision: { ...decision, axis } };
}

/** Comparison in which scores without a rank have none. */
function withoutOnlyRanks(
  comparison: Comparison,
  [first, second]: readonly [ReadSide, ReadSide],
): Comparison {
  const without = ({ rank: _, ...side }: ComparedSide): ComparedSide => side;
  return {
    ...comparison,
    ...(first.isScoreList ? { first: without(comparison.first) } : {}),
    ...(second.isScoreList ? { second: without(comparison.second) } : {}),
  };
}

/** Metric, margin and confidence of both decisions; a flag settles what differs. */
function settingsOf(
  [first, second]: readonly [ReadSide, ReadSide],
  settings: { readonly margin?: number | undefined; readonly confidence?: number | undefined },
): Pick<Comparison, "metric" | "margin" | "confidence"> {
  const agreed = <Value>(flag: string, own: Value | undefined, of: (side: ReadSide) => Value): Value => {
    const [a, b] = [of(first), of(second)];
    if (own !== undefined) return own;
    if (a === b) return a;
    throw new InputError(
      "E_COMPARE",
      `--${flag} must be set where those of both results differ, got ${a} and ${b}`,
    );
  };
  return {
    metric: metricOfBoth(first, second),
    margin: agreed("margin", settings.margin, ({ decision }) => decision.margin),
    confidence: agreed("confidence", settings.confidence, ({ decision }) => decision.confidence),
  };
}

function metricOfBoth({ decision: { metric } }: ReadSide, second: ReadSide): MetricName {
  const other = second.decision.metric;
  if (metric === other) return metric;
  const [a, b] = [metricOf(metric).noun, metricOf(other).noun];
  throw new InputError("E_COMPARE", `--metric must name what both results have, got ${a} and ${b}`);
}

/** Name of a result: the last part of its path, or the whole path if both end alike. */
function nameOf(paths: readonly [string, string], index: number): string {
  const [own, other] = [paths[index]!, paths[1 - index]!];
  if (isScoreList(own)) return shortList(own) === shortList(other) ? own : shortList(own);
  return basename(own) === basename(other) ? own : basename(own);
}

/** List of scores by its first ones, as far as a line of text holds it. */
function shortList(list: string): string {
  const scores = list.split(",");
  return scores.length > 4 ? `${scores.slice(0, 3).join(",")},…` : list;
}

/** Side at the typed rank, or at the one that its own decision names. */
function sideOf({ runs, decision, path, results }: ReadSide, name: string, typed: number | undefined): Side {
  const named = typed ?? namedRank(decision);
  if (named === null)
    throw new InputError("E_COMPARE", `${path} must have runs that can be compared, got none that completed`);
  // A probe and a race pass over ranks by the same examples, of which the decision has no runs.
  const passesOver = decision.probe !== undefined || decision.race !== undefined;
  const candidates = passesOver && results ? results.sweep.ranks : decision.ranks;
  const chosenFrom = typed === undefined ? Math.max(1, candidates.length) : 1;
  const rank = comparedIn(runs).numbersFrom(decision)(named);
  return { name, runs, rank, chosenFrom };
}

/** Comparison on the test examples, if both sweeps scored the compared ranks on the same ones; else why not. */
function onTest(
  sides: readonly [Side, Side],
  read: readonly [ReadSide, ReadSide],
  settings: Pick<Comparison, "metric" | "margin" | "confidence">,
): { readonly test?: Comparison; readonly note?: string } {
  const tests = read.map(({ results }, index) => {
    const { test, data, decision } = results ?? {};
    const { rank, runs } = sides[index]!;
    if (test === undefined || data?.test === undefined) return undefined;
    const axis = decision?.axis ?? read[index]!.decision.axis;
    if (comparedIn(runs).numbersFrom({ axis })(test.rank) !== rank) return undefined;
    const scored = { ...testOutcomes(test, data.test), ...(axis && { axis }) };
    return { runs: { kind: "outcomes", ...scored }, set: data.test } as const;
  });
  const [first, second] = tests;
  if (first === undefined || second === undefined) return {};
  if (!isSameTest(first.set, second.set))
    return { note: "Test scores are not compared: the test examples differ." };
  const runs = withSharedArms(first.runs, second.runs);
  const onTests = (index: 0 | 1): Side => ({ ...sides[index], runs: runs[index], chosenFrom: 1 });
  return { test: compareSides(onTests(0), onTests(1), { ...settings, sharesExamples: true }) };
}

export function document({ document, axis }: Compared): CompareDocument {
  return withArmNames(document, { axis });
}

export function view({ document, words, axis }: Compared, page: Page): void {
  const { first, second, metric, out } = document;
  const by = metricOf(metric);
  const compared = comparedIn({ axis });
  const hasRanks = first.rank !== undefined || second.rank !== undefined;
  const rankColumn: TextColumn<ComparedSide> = {
    title: compared.by,
    cell: ({ rank }) => (rank === undefined ? "" : compared.cell(rank)),
  };
  const columns: TextColumn<ComparedSide>[] = [
    { title: "result", cell: ({ name }) => name },
    ...(hasRanks ? [rankColumn] : []),
    { title: by.noun, cell: (side) => scoreCell(side, by) },
    { title: "runs", cell: ({ runs }) => String(runs) },
  ];
  page.table(columns, [first, second]);
  const say = (text: string): void => page.print(wrap(text, Math.min(page.columns, 100)));
  say(page.colours.bold(words.answer));
  const { basis, settles, test, each } = words;
  const more = [basis, settles, test, ...(each ? [`${each.heading}:`, ...each.answers] : [])];
  for (const one of more) if (one !== undefined) say(one);
  if (out !== undefined) page.print(`Written ${out}.`);
}
