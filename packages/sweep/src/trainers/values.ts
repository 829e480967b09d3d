import { InputError, kebabCase } from "@lorank/core";
import { type CommandSpec, type Observations, observationNames } from "@lorank/evidence/schema";

const observed = Object.keys(observationNames) as (keyof Observations)[];

const names = [
  "arm",
  "rank",
  "alpha",
  "scaling",
  "targets",
  "method",
  "rankPattern",
  "alphaPattern",
  "seed",
  "learningRate",
  "epochs",
  "out",
  "trialId",
  "adapter",
  "split",
  ...observed,
  "maxSteps",
] as const;

type Name = (typeof names)[number];

/** Values by name: a trial's settings, and those that only its trainer understands. */
type CommandValues = Readonly<Partial<Record<Name, string>>> & Readonly<Record<string, string>>;

/** Placeholders each command may use beside the settings' (see {@link settingsOf}). */
const ownNames = {
  command: ["out", "trialId", ...observed],
  evaluate: ["out", "trialId", "adapter", "split"],
} satisfies Readonly<Record<string, readonly Name[]>>;

export function settingsOf({
  arm,
  lora,
  optimizer,
  values,
  seed,
}: Omit<CommandSpec, "specVersion" | "trainer">): CommandValues {
  const { rank, alpha, scalingRule: scaling, targetModules, rankPattern, alphaPattern } = lora;
  const settings = {
    ...{ arm, rank, alpha, scaling, seed },
    targets: targetModules?.join(","),
    rankPattern: rankPattern && jsonOf(rankPattern.map(({ pattern, rank }) => [pattern, rank])),
    alphaPattern: alphaPattern && jsonOf(alphaPattern.map(({ pattern, alpha }) => [pattern, alpha])),
    learningRate: optimizer.learningRate,
    epochs: optimizer.epochs,
    ...values,
  };
  const known = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, String(value)]));
}

/** Values of a training: the settings, its files, and its observations, 0 for one that it does without. */
export function trainingValues(
  spec: Omit<CommandSpec, "specVersion" | "trainer">,
  files: Readonly<Record<"out" | "trialId", string>>,
): CommandValues {
  const observations = observed.map((name) => [name, String(spec[name] ?? 0)]);
  return { ...settingsOf(spec), ...files, ...Object.fromEntries(observations) };
}

/** Mapping as JSON, in the order of its entries. */
function jsonOf(entries: readonly (readonly [string, number])[]): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(", ")}}`;
}

/** Fills placeholders in a command's program and arguments: `{rank}` becomes 8. */
export function fillIn(command: readonly string[], values: CommandValues): string[] {
  return command.map((word) => word.replace(placeholder, (_, name: string) => values[name] ?? ""));
}

/**
 * Environment variables with a trial's settings, for a user's command: `LORANK_RANK`, `LORANK_LEARNING_RATE`. An
 * undefined value removes an inherited variable.
 */
export function environmentOf(values: CommandValues): Record<string, string | undefined> {
  const all = new Set([...names, ...Object.keys(values)]);
  return Object.fromEntries(
    [...all].map((name) => [
      `LORANK_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
      values[name],
    ]),
  );
}

/** Names that only arms give values. */
const ofArms: readonly string[] = ["arm", "targets", "method", "base", "rankPattern", "alphaPattern"];

/** Settings of an arm, beside which others are compared. */
interface OfArm {
  /** Names of all arms' settings. */
  readonly known: readonly string[];
  /** Setting as a sweep's file names it. */
  readonly fieldOf: (setting: string) => string;
}

/** Faults in a command's placeholders: names unknown, or without a value in a trial's `settings`. */
export function placeholderFaults(
  which: keyof typeof ownNames,
  command: readonly string[],
  settings: CommandValues,
  arm?: OfArm,
): string[] {
  const used = new Set(command.flatMap((word) => [...word.matchAll(placeholder)].map((match) => match[1]!)));
  const known = arm?.known ?? Object.keys(settings);
  return [...used].flatMap((name) => {
    if ((ownNames[which] as readonly string[]).includes(name) || Object.hasOwn(settings, name)) return [];
    const isOfSweep = isSetting(name);
    if (!isOfSweep && !known.includes(name)) {
      const all = [...known, ...ownNames[which]].map((one) => `{${one}}`).join(", ");
      return [`trainer.${which} must have placeholders out of ${all}, got {${name}}`];
    }
    const key =
      arm?.fieldOf(isOfSweep ? name : `values.${name}`) ?? kebabCase(ofArms.includes(name) ? "arms" : name);
    return [`${key} must be given, for trainer.${which} has {${name}}`];
  });
}

/** True for a setting of a trial; the remaining names are of its files and its run. */
function isSetting(name: string): boolean {
  if (name === "maxSteps" || Object.values(ownNames).some((own) => own.includes(name as never))) return false;
  return name === "base" || names.includes(name as Name);
}

/** Faults in names of values that only a trainer understands; `field` holds them. */
export function valueNameFaults(values: Readonly<Record<string, unknown>>, field: string): string[] {
  return Object.keys(values).flatMap((name) => {
    if (name === "base" || names.includes(name as Name))
      return [`${field} must have names of their own, got ${name}`];
    return /^[A-Za-z]+$/.test(name)
      ? []
      : [`${field} must have names of letters alone, got ${JSON.stringify(name)}`];
  });
}

export function throwFaults(faults: readonly string[]): void {
  if (faults.length > 0) throw new InputError("E_CONFIG", faults.join("\n"));
}

const placeholder = /\{([A-Za-z]+)\}/g;
