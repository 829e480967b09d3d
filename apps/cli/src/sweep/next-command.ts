import { existsSync } from "node:fs";
import { type Claim, type CommandChange, commandChange, inWords } from "@lorank/core/results";
import { type SweepCommands, shellCommand, withoutFlags } from "../settings/saved-settings.ts";
import { flagsOf } from "../settings/table.ts";
import { counted } from "../text.ts";

/** The next step after a sweep, and the command that does it where flags can. */
export interface NextStep {
  readonly words: string;
  /** In the sweep's own folder the change alone, elsewhere the whole sweep with it; ready to be pasted. */
  readonly command?: string;
}

/** The sweep that was run. */
interface RunSweep {
  readonly commands: SweepCommands;
  readonly out: string;
  /** Seconds of one more seed of all compared ranks. */
  readonly secondsPerSeed?: number;
}

/** The first thing that the claims ask for; undefined where they ask for nothing. */
export function nextStep(
  claims: readonly Claim[],
  { commands, out, secondsPerSeed }: RunSweep,
): NextStep | undefined {
  const next = claims.filter(({ topic }) => topic === "next");
  const claim = next.find((one) => commandChange(one) !== undefined) ?? next[0];
  if (claim === undefined) return undefined;
  const change = commandChange(claim);
  const seeds = Number(change?.flags.find(([flag]) => flag === "--seeds")?.[1] ?? Number.NaN);
  const takes =
    claim.kind === "needed" && secondsPerSeed !== undefined && seeds > claim.now.seeds
      ? ` That takes about ${roundTime(secondsPerSeed * (seeds - claim.now.seeds))}.`
      : "";
  return {
    words: inWords(claim) + takes,
    ...(change === undefined ? {} : { command: changedCommand(commands, change, out) }),
  };
}

function changedCommand({ whole, resume }: SweepCommands, change: CommandChange, out: string): string {
  const isUntil = whole.some((word) => word.split("=")[0] === "--until");
  const named = change.flags.map(([flag, ...value]) => [
    flag === "--seeds" && isUntil ? "--max-seeds" : flag,
    ...value,
  ]);
  const without = (words: readonly string[]) => words.filter((word) => word !== "--extend");
  if (change.extends) return shellCommand([...without(resume), ...named.flat(), "--extend"]);
  const flags = [...named, ["--out", freeFolder(out)] as const];
  const changed = flagsOf("sweep").filter(({ key }) => flags.some(([flag]) => flag === `--${key}`));
  const others = withoutFlags(whole, changed);
  return shellCommand([...without(others), ...flags.flat()]);
}

/** `out-2`, or the next number that is no folder yet. */
function freeFolder(out: string): string {
  let number = 2;
  while (existsSync(`${out}-${number}`)) number++;
  return `${out}-${number}`;
}

/** Rounds as a forecast deserves: "40 seconds", "6 minutes", "2.5 hours". */
function roundTime(seconds: number): string {
  if (seconds < 90) return `${10 * Math.ceil(seconds / 10)} seconds`;
  if (seconds < 5400) return counted(Math.round(seconds / 60), "minute");
  return `${(seconds / 3600).toFixed(1)} hours`;
}
