import { counted, formatCount, formatDecimalBytes } from "@lorank/core";
import { type Compared, comparedIn, methods } from "@lorank/evidence/results";
import type { Plan } from "@lorank/sweep";
import { chosenChecks, plannedTrials, type RankChanges, type RankOrArm } from "@lorank/sweep/folder";
import type { RankSize } from "@lorank/train";
import type { TrialDevice } from "../executors/executor.ts";
import type { Page, TitledLine } from "../output.ts";
import type { EarlierTrial } from "../progress/tally.ts";
import { rankColumn } from "../rank-column.ts";
import { percentInTenths, plainText } from "../text.ts";
import { roomWarning } from "./out-folder.ts";
import type { ReadySweep, TrialSizes } from "./ready-sweep.ts";

interface SweepFolder {
  readonly earlier: readonly EarlierTrial[];
  /** Keys of settings taken from the results folder. */
  readonly inherited: readonly string[];
  readonly ranks?: RankChanges | undefined;
}

/** Titles of facts shown only with `--all` or in a dry run: mere settings, or constants. */
const factsOfAll: readonly string[] = ["adapter", "training"];

/** Prints what a sweep will run; `all` adds every setting, and sizes by rank. */
export function announce(
  sweep: ReadySweep,
  { earlier, inherited, ranks }: SweepFolder,
  { page, all }: { readonly page: Page; readonly all: boolean },
): void {
  const { plan, out, costs, notes } = sweep;
  const done = earlier.length;
  const missing = plan.specs.length - done;
  page.facts([
    ...sweep.facts.filter(([title]) => all || !factsOfAll.includes(title)),
    trialsFact(sweep, done > 0 ? `; ${done} done before` : ""),
    ...deviceFacts(costs?.device),
    [
      "results",
      inherited.length === 0 ? out : `${out}, which says what was not given: ${inherited.join(", ")}`,
    ],
  ]);
  for (const words of rankWords(ranks)) page.note(`${words}\n`);
  const moved = otherDevices(earlier, costs?.device.chose);
  if (moved !== undefined && missing > 0) page.note(`${moved}\n`);
  if (costs !== undefined && all) printSizes(costs.sizes, comparedIn(plan.summary), page);
  if (notes.length > 0) page.note(`${notes.map(plainText).join("\n")}\n`);
  const warning = done === 0 && costs !== undefined ? roomWarning(out, costs.disk) : undefined;
  if (warning !== undefined) page.note(warning);
}

/** Sentences on ranks newly left out or taken back into the folder's sweep. */
export function rankWords({ leftOut, takenIn }: RankChanges = { leftOut: [], takenIn: [] }): string[] {
  const stays = (results: number): string =>
    results === 0
      ? "It has no result yet"
      : `Its ${counted(results, "result")} ${results === 1 ? "stays in the folder and is" : "stay in the folder and are"} not compared`;
  return [
    ...leftOut.map(
      ({ rank, results }) =>
        `${nameOf(rank)} leaves this sweep: none of its trials is run any more. ${stays(results)}; ${takesIn(rank)} takes it in again.`,
    ),
    ...takenIn.map((rank) => `${nameOf(rank)} comes back to this sweep, with the results that it has.`),
  ];
}

function nameOf(rank: RankOrArm): string {
  return typeof rank === "number" ? `Rank ${rank}` : `Arm ${plainText(rank)}`;
}

function takesIn(rank: RankOrArm): string {
  return typeof rank === "number" ? `--ranks with ${rank}` : "naming it among the arms";
}

export function trialsFact({ plan, run, costs }: ReadySweep, done: string): TitledLine {
  return [
    "trials",
    `${trialsWords(plan)}, ${Math.min(run.trialsAtOnce, plan.specs.length)} side by side` +
      (costs === undefined ? "" : ` with ${counted(costs.threads, "thread")} each`) +
      done,
  ];
}

export function trialsWords(plan: Plan): string {
  const { expected, ofChecks } = plannedTrials(plan);
  const extra = ofChecks.length;
  const { planned } = methods[plan.summary.method ?? "grid"];
  const words = planned({ ...plan.summary, expected: expected - extra });
  const flags = Object.keys(chosenChecks(plan.config)).map((check) => `--${check}`);
  return extra === 0 ? words : `${words}, and ${extra} for ${flags.join(" and ")}`;
}

export function deviceFacts(device: TrialDevice | undefined): TitledLine[] {
  return device === undefined ? [] : [["device", plainText(device.why)]];
}

/** Sentence on earlier trials from another device; undefined if there are none. */
export function otherDevices(
  earlier: readonly Pick<EarlierTrial, "device">[],
  chose: string | undefined,
): string | undefined {
  const others = earlier.flatMap(({ device = chose }) => (device === chose ? [] : [device]));
  if (chose === undefined || others.length === 0) return undefined;
  return (
    `Done before on ${[...new Set(others)].join(" and ")}: ${counted(others.length, "trial")}. The others run on ${chose}: ` +
    "the same numbers up to float32 rounding, not the same bytes. --device decides."
  );
}

export function printSizes({ baseParams, ranks }: TrialSizes, compared: Compared, output: Page): void {
  output.table<RankSize>(
    [
      rankColumn(compared),
      { title: "trainable", cell: ({ trainableParams }) => formatCount(trainableParams) },
      { title: "of the base", cell: ({ trainableParams }) => percentInTenths(trainableParams / baseParams) },
      { title: "optimiser", cell: ({ optimizerBytes }) => formatDecimalBytes(optimizerBytes) },
    ],
    ranks,
  );
  output.print();
}
