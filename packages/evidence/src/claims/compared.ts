import { type ArmAxis, armName } from "../schema/arm-axis.ts";
import { range, rankList } from "./amounts.ts";

/** Words for what is compared: ranks, or arms with names of their own. */
export interface Compared {
  readonly one: "rank" | "arm";
  readonly many: "ranks" | "arms";
  readonly oneOf: "a rank" | "an arm";
  /** Costs of arms; absent for ranks, and if unknown. */
  readonly cost?: ArmAxis["cost"];
  /** Name within a sentence: `rank 8`. */
  readonly name: (rank: number) => string;
  /** Name at a sentence's beginning: `Rank 8`. */
  readonly atStart: (rank: number) => string;
  /** Names within a sentence: `ranks 4 and 8`. */
  readonly list: (ranks: readonly number[]) => string;
  /** Names at a sentence's beginning: `Ranks 4 and 8`. */
  readonly listAtStart: (ranks: readonly number[]) => string;
}

const rankWords: Compared = {
  one: "rank",
  many: "ranks",
  oneOf: "a rank",
  name: (rank) => `rank ${rank}`,
  atStart: (rank) => `Rank ${rank}`,
  list: rankList,
  listAtStart: (ranks) => `R${rankList(ranks).slice(1)}`,
};

/** Words for ranks, or for the arms of `axis`. */
export function comparedWords(axis?: ArmAxis | undefined): Compared {
  if (axis === undefined) return rankWords;
  const name = (arm: number): string => armName(axis, arm);
  const list = (arms: readonly number[]): string => range(arms.map(name));
  return {
    ...{ one: "arm", many: "arms", oneOf: "an arm" },
    ...(axis.cost === undefined ? {} : { cost: axis.cost }),
    ...{ name, list, atStart: name, listAtStart: list },
  };
}
