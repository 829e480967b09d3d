import { InputError } from "@lorank/core";

/** What `plan` is asked besides the settings of a sweep. */
export interface PlanQuestion {
  /** Probability to find or to certify what is there. */
  readonly power: number;
  /** Runs that are there already. */
  readonly results: string | undefined;
  /** Of another trainer's evaluation: the statistics alone, without a model or data. */
  readonly examples: number | undefined;
  readonly measure: boolean;
}

/**
 * Reads the flags of `plan` that are no settings of a sweep.
 *
 * @throws InputError `E_CONFIG` with everything that is wrong.
 */
export function readQuestion(flags: Readonly<Record<string, unknown>>): PlanQuestion {
  const problems: string[] = [];
  const number = (key: string, rule: string, holds: (value: number) => boolean): number | undefined => {
    const text = flags[key];
    if (typeof text !== "string") return undefined;
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (holds(value)) return value;
    problems.push(`--${key} must be ${rule}, got ${JSON.stringify(text)}`);
    return undefined;
  };
  const power = number("power", "at least 0.5 and below 1", (value) => value >= 0.5 && value < 1);
  const examples = number(
    "examples",
    "a whole number of at least 2",
    (value) => Number.isSafeInteger(value) && value > 1,
  );
  const results = typeof flags.results === "string" ? flags.results : undefined;
  const measure = flags.measure === true;
  if (measure && examples !== undefined)
    problems.push("--measure must be left out with --examples, which plans for another trainer");
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
  return { power: power ?? 0.8, results, examples, measure };
}
