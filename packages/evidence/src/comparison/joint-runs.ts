import { InputError } from "@lorank/core";
import type { OutcomeTable } from "../decide/outcomes.ts";
import type { DecideSettings } from "../decide/settings.ts";
import type { RunScoreTable } from "../methods/grid/decide-scores.ts";
import type { ComparedSide, Comparison } from "./comparison-types.ts";

/** Runs of a result: outcomes by example, or a score each. */
export type SideRuns =
  | ({ readonly kind: "outcomes" } & OutcomeTable)
  | ({ readonly kind: "scores" } & RunScoreTable);

/** Result to compare with another. */
export interface Side {
  readonly name: string;
  readonly runs: SideRuns;
  /** Rank to compare, or the number of an arm. */
  readonly rank: number;
  /** Ranks among which this one was chosen by the same examples; 1 if it was not chosen. */
  readonly chosenFrom: number;
}

export interface CompareSettings extends Pick<DecideSettings, "metric" | "margin" | "confidence"> {
  /** True if both sides were evaluated on the same examples, in one order. */
  readonly sharesExamples: boolean;
}

/** Difference between two numbered ranks; `isClaimed` is false if the noise between seeds is unknown. */
export interface JointDifference {
  readonly advantage: number;
  readonly halfWidth: number;
  readonly isClaimed: boolean;
}

/** Runs of both results in one design, in which each rank of each has a number of its own. */
export interface JointRuns {
  /** Number of a side's rank. @throws InputError `E_COMPARE` for a rank without enough runs. */
  numberOf(side: 0 | 1, rank: number): number;
  /** Ranks that both sides have, ascending. */
  sharedRanks(): number[];
  /** Compares all ranks at a tail probability, and returns the difference between any two of them. */
  comparison(tail: number): (a: number, b: number) => JointDifference;
  scoreOf(number: number): Omit<ComparedSide, "name" | "rank" | "chosenFrom">;
  pairing(a: number, b: number): Pick<Comparison, "seeds" | "examples">;
  areCopies(a: number, b: number): boolean;
}

/** Numbers for the ranks of two results, from 1: the first result's come first. */
export class RankNumbers {
  readonly #sides: readonly [Side, Side];
  readonly #ranks: readonly [readonly number[], readonly number[]];

  constructor(sides: readonly [Side, Side], ranks: readonly [readonly number[], readonly number[]]) {
    this.#sides = sides;
    this.#ranks = ranks;
  }

  /** Number of a side's rank; 0 for a rank that it lacks. */
  of(side: 0 | 1, rank: number): number {
    const place = this.#ranks[side].indexOf(rank);
    return place < 0 ? 0 : place + 1 + side * this.#ranks[0].length;
  }

  /** Number of a rank that is `compared`. @throws InputError `E_COMPARE` for another. */
  among(compared: readonly number[], side: 0 | 1, rank: number): number {
    const number = this.of(side, rank);
    if (compared.includes(number)) return number;
    const rule = `must have runs at rank ${rank} that can be compared`;
    const got = number === 0 ? `ranks ${this.#ranks[side].join(", ")}` : "too few completed ones";
    throw new InputError("E_COMPARE", `${this.#sides[side].name} ${rule}, got ${got}`);
  }

  shared(compared: readonly number[]): number[] {
    return this.#ranks[0].filter((rank) =>
      ([0, 1] as const).every((side) => compared.includes(this.of(side, rank))),
    );
  }
}
