import { counted, firstOf, wholeNumber } from "@lorank/core";
import { type DataOptions, optionNamed } from "./data-options.ts";
import { rowsToDrawFrom, type Shares, type SplitRow } from "./parts.ts";

/** A class with fewer texts to train on is named in a note: one or two hardly show what the others have in common. */
const fewOfClass = 3;
/** Classes that a note names. */
const mostNamed = 5;

interface ThinTraining<T> {
  /** The rows before the options took some of each part. */
  readonly shares: Shares<T>;
  readonly train: readonly T[];
  readonly validation: readonly T[];
}

/** Notes on splits that leave training less than half of the rows, or few of a class that is compared on. */
export function thinTrainingNotes<T extends SplitRow>(
  { shares, train, validation }: ThinTraining<T>,
  options: DataOptions,
  noun: string,
): string[] {
  return [...halfNote(shares, options, noun), ...classNote(train, validation, noun)];
}

function halfNote<T>(shares: Shares<T>, options: DataOptions, noun: string): string[] {
  const { train, drawn } = shares;
  const rows = rowsToDrawFrom(shares);
  if (!drawn.validation || train.length >= rows / 2) return [];
  const flags = (["validationExamples", "testExamples"] as const)
    .filter((key) => options[key] !== undefined && options[key] !== 0)
    .map((key) => optionNamed(options, key));
  const fewer = flags.length === 0 ? "" : `Take fewer ${flags.join(" or ")}, or more data. `;
  return [
    `Training keeps ${wholeNumber(train.length)} of ${counted(rows, noun)}, less than half. ` +
      `${fewer}Ranks are compared as they learn from those alone.`,
  ];
}

function classNote<T extends SplitRow>(
  train: readonly T[],
  validation: readonly T[],
  noun: string,
): string[] {
  const counts = new Map(validation.flatMap(({ label }) => (label === undefined ? [] : [[label, 0]])));
  for (const { label = "" } of train) if (counts.has(label)) counts.set(label, counts.get(label)! + 1);
  const few = [...counts].filter(([, count]) => count < fewOfClass).sort(([a], [b]) => (a < b ? -1 : 1));
  if (few.length === 0) return [];
  const named = few.map(([label, count]) => `${JSON.stringify(label)} (${count})`);
  const [classes, them] = few.length === 1 ? ["class", "it"] : ["classes", "them"];
  return [
    `Training has one or two ${noun}s of the ${classes} ${firstOf(named, mostNamed)}, which validation scores: ` +
      `more data may be needed to learn ${them}.`,
  ];
}
