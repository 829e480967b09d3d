import { armName, armNumber, namesIn, numbersIn } from "../schema/arm-axis.ts";
import type { ArmAxis, OfAxis } from "../schema/arm-types.ts";
import { range, rankList } from "./amounts.ts";
import type { Compared, ComparedWords } from "./compared-types.ts";

/** Words, numbers and costs for the ranks that a decision, a sweep or a table compares, or for the arms of its axis. */
export function comparedIn({ axis }: OfAxis = {}): Compared {
  const ofBoth = {
    numberOf: (run) => armNumber("lora" in run ? run : { ...run, lora: run }, axis),
    numbersFrom: (read) => numbersIn(axis, read.axis),
    fullName: namesIn(axis),
  } satisfies Partial<Compared>;
  return { ...ofBoth, ...(axis === undefined ? rankWords : armWords(axis)) };
}

const rankWords: ComparedWords = {
  ...{ isNamed: false, one: "rank", many: "ranks", oneOf: "a rank", by: "rank", names: [] },
  cell: String,
  name: (rank) => `rank ${rank}`,
  atStart: (rank) => `Rank ${rank}`,
  list: rankList,
  listAtStart: (ranks) => `R${rankList(ranks).slice(1)}`,
};

function armWords(axis: ArmAxis): ComparedWords {
  const { by, names, cost } = axis;
  const name = (arm: number): string => armName(axis, arm);
  const list = (arms: readonly number[]): string => range(arms.map(name));
  return {
    ...{ isNamed: true, one: "arm", many: "arms", oneOf: "an arm" },
    ...{ by, names, ...(cost === undefined ? {} : { cost }) },
    cell: (arm) => names[arm - 1] ?? String(arm),
    ...{ name, list, atStart: name, listAtStart: list },
  };
}
