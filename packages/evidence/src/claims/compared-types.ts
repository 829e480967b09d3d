import type { ArmAxis, OfAxis } from "../schema/arm-types.ts";

/** Words, numbers and costs for what is compared: ranks, or arms with names of their own. */
export interface Compared {
  /** True for arms: a name says nothing of its number, and may be long. */
  readonly isNamed: boolean;
  readonly one: "rank" | "arm";
  readonly many: "ranks" | "arms";
  readonly oneOf: "a rank" | "an arm";
  /** Source of the names: `rank`, or a table's columns that name arms. */
  readonly by: string;
  /** Names of all arms by number, from 1; empty for ranks. */
  readonly names: readonly string[];
  /** Costs of arms; absent for ranks, and if unknown. */
  readonly cost?: ArmAxis["cost"];
  /** Number of a trial's spec, or of an adapter, that has a rank and perhaps an arm. */
  readonly numberOf: (run: SpecOfRun | RankOfRun) => number;
  /** Numbers of what has others in `read`, where arms did not have their order yet. */
  readonly numbersFrom: (read: OfAxis) => (rank: number) => number;
  /** Name alone, as in a table: `8`. */
  readonly cell: (rank: number) => string;
  /** Name within a sentence: `rank 8`. */
  readonly name: (rank: number) => string;
  /** Name in a message, which says what it names: `rank 8`, or `arm qwen3`. */
  readonly fullName: (rank: number) => string;
  /** Name at a sentence's beginning: `Rank 8`. */
  readonly atStart: (rank: number) => string;
  /** Names within a sentence: `ranks 4 and 8`. */
  readonly list: (ranks: readonly number[]) => string;
  /** Names at a sentence's beginning: `Ranks 4 and 8`. */
  readonly listAtStart: (ranks: readonly number[]) => string;
}

/** Members that are written out for ranks and for arms. */
export type ComparedWords = Omit<Compared, "numberOf" | "numbersFrom" | "fullName">;

interface SpecOfRun {
  readonly lora: { readonly rank: number };
  readonly arm?: string;
}

interface RankOfRun {
  readonly rank: number;
  readonly arm?: string;
}
