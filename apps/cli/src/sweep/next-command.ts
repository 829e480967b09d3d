import { existsSync } from "node:fs";
import { type Claim, type CommandChange, commandChange, inWords } from "@lorank/core/results";
import { counted, shellWord } from "../text.ts";

/** What to do after a sweep, and the command that does it where flags can. */
export interface NextStep {
  readonly words: string;
  /** The command of the sweep that was run, with the change; ready to be pasted. */
  readonly command?: string;
}

/** The sweep that was run. */
export interface RunSweep {
  /** Its arguments after `lorank`. */
  readonly typed: readonly string[];
  readonly out: string;
  /** What one more seed of all compared ranks takes. */
  readonly secondsPerSeed?: number;
}

/** The first thing that the claims ask for; undefined where they ask for nothing. */
export function nextStep(
  claims: readonly Claim[],
  { typed, out, secondsPerSeed }: RunSweep,
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
    ...(change === undefined ? {} : { command: changedCommand(typed, change, out) }),
  };
}

function changedCommand(typed: readonly string[], change: CommandChange, out: string): string {
  const place = change.extends ? [] : [["--out", freeFolder(out)] as const];
  const isUntil = typed.some((word) => word.split("=")[0] === "--until");
  const named = change.flags.map(
    ([flag, value]) => [flag === "--seeds" && isUntil ? "--max-seeds" : flag, value] as const,
  );
  const flags = [...named, ...place];
  const replaced = new Set([...flags.map(([flag]) => flag), ...(change.extends ? [] : ["-o"])]);
  const kept = without(typed, replaced).filter((word) => word !== "--extend");
  const words = [...kept, ...flags.flat(), ...(change.extends ? ["--extend"] : [])];
  return ["lorank", ...words].map(shellWord).join(" ");
}

/** The arguments without these flags and their values, be they one word or two. */
function without(typed: readonly string[], flags: ReadonlySet<string>): string[] {
  return typed.filter((word, index) => {
    const before = typed[index - 1];
    const isValue = before !== undefined && flags.has(before);
    return !isValue && !flags.has(word.split("=")[0]!);
  });
}

/** `out-2`, or the next number that is no folder yet. */
function freeFolder(out: string): string {
  let number = 2;
  while (existsSync(`${out}-${number}`)) number++;
  return `${out}-${number}`;
}

/** As exact as a forecast is: "40 seconds", "6 minutes", "2.5 hours". */
function roundTime(seconds: number): string {
  if (seconds < 90) return `${10 * Math.ceil(seconds / 10)} seconds`;
  if (seconds < 5400) return counted(Math.round(seconds / 60), "minute");
  return `${(seconds / 3600).toFixed(1)} hours`;
}
