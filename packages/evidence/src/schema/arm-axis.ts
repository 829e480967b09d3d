import type { NonNegative } from "./scalar-types.ts";

/** Arms that are compared in place of ranks, such as models. Members named `rank` then are places in `names`, from 1. */
export interface ArmAxis {
  /** Source of the names: a table's columns, or `arm` in a path. */
  readonly by: string;
  /** Arms in order of cost; without costs by mean score, best first. */
  readonly names: readonly string[];
  /** Cost by arm; absent if unknown. */
  readonly cost?: ArmCosts;
}

/** Decision, sweep or table of outcomes, of which an axis names the arms. Without an axis, ranks are compared. */
export interface OfAxis {
  readonly axis?: ArmAxis | undefined;
}

type Names = Pick<ArmAxis, "names">;

export interface ArmCosts {
  /** Name of the cost, such as a table's column. */
  readonly of: string;
  /** Costs by arm, each a mean over the arm's rows. */
  readonly values: readonly NonNegative[];
}

/** Cost of an arm that names no other. */
export const parametersCost = "trainable parameters";

/** True if arms have no known cost, so that none is cheaper than another. */
export function lacksCosts({ axis }: OfAxis): boolean {
  return axis !== undefined && axis.cost === undefined;
}

/** Name of an arm by its number; quoted if it would blur into a sentence. */
export function armName({ names }: Names, arm: number): string {
  return quoted(names[arm - 1] ?? String(arm));
}

/** Name for messages of what a run has: `rank 8`, or `arm qwen3`. */
export function nameOfRun({ rank, arm }: { readonly rank: number; readonly arm?: string }): string {
  return arm === undefined ? `rank ${rank}` : `arm ${quoted(arm)}`;
}

function quoted(name: string): string {
  return /^[^\s,;"]+$/.test(name) ? name : JSON.stringify(name);
}

/** Number by which a trial's arm is compared: its place in `axis`, or without one the rank. */
export function armNumber(
  { arm, lora }: { readonly arm?: string; readonly lora: { readonly rank: number } },
  axis: Names | undefined,
): number {
  return axis === undefined ? lora.rank : axis.names.indexOf(arm ?? "") + 1;
}

/** Numbers in `axis` of arms as they are numbered in `read`, before they had their order; ranks stay as they are. */
export function numbersIn(axis: Names | undefined, read: Names | undefined): (rank: number) => number {
  if (axis === undefined || read === undefined) return (rank) => rank;
  return (arm) => axis.names.indexOf(read.names[arm - 1]!) + 1;
}

/** Names for messages: `rank 8`, or `arm qwen3`. */
export function namesIn(axis: Names | undefined): (rank: number) => string {
  return (rank) => (axis === undefined ? `rank ${rank}` : `arm ${armName(axis, rank)}`);
}
