import type { ArmAxis, OfAxis } from "./arm-types.ts";

type Names = Pick<ArmAxis, "names">;

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
