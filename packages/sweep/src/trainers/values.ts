import { InputError } from "@lorank/core";
import type { CommandSpec } from "@lorank/evidence/results";

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
  "maxSteps",
] as const;

type Name = (typeof names)[number];

/** Values by name: a trial's settings, and those that only its trainer understands. */
type CommandValues = Readonly<Partial<Record<Name, string>>> & Readonly<Record<string, string>>;

/** Placeholders each command may use beside the settings' (see {@link settingsOf}). */
const ownNames = { command: ["out", "trialId"], evaluate: ["out", "trialId", "adapter", "split"] } as const;

export function settingsOf({
  arm,
  lora,
  optimizer,
  values,
  seed,
}: Omit<CommandSpec, "specVersion" | "trainer">): CommandValues {
  const { rank, alpha, scalingRule: scaling, targetModules, dora, rankPattern, alphaPattern } = lora;
  const settings = {
    ...{ arm, rank, alpha, scaling, seed },
    targets: targetModules?.join(","),
    method: dora === undefined ? undefined : dora ? "dora" : "lora",
    rankPattern: rankPattern && jsonOf(rankPattern.map(({ pattern, rank }) => [pattern, rank])),
    alphaPattern: alphaPattern && jsonOf(alphaPattern.map(({ pattern, alpha }) => [pattern, alpha])),
    learningRate: optimizer.learningRate,
    epochs: optimizer.epochs,
    ...values,
  };
  const known = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, String(value)]));
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

/** Faults in a command's placeholders: names unknown, or without a value in a trial's `settings`. */
export function placeholderFaults(
  which: keyof typeof ownNames,
  command: readonly string[],
  settings: CommandValues,
): string[] {
  const used = new Set(command.flatMap((word) => [...word.matchAll(placeholder)].map((match) => match[1]!)));
  return [...used].flatMap((name) => {
    if ((ownNames[which] as readonly string[]).includes(name) || Object.hasOwn(settings, name)) return [];
    if (name === "maxSteps" || !names.includes(name as Name) || ownNames.evaluate.includes(name as never)) {
      const known = [...Object.keys(settings), ...ownNames[which]].map((one) => `{${one}}`).join(", ");
      return [`trainer.${which} must have placeholders out of ${known}, got {${name}}`];
    }
    const key = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return [`${key} must be given, for trainer.${which} has {${name}}`];
  });
}

/** Faults in names of values that only a trainer understands. */
export function valueNameFaults(values: Readonly<Record<string, string>>): string[] {
  return Object.keys(values).flatMap((name) => {
    if (names.includes(name as Name)) return [`arms.values must have names of their own, got ${name}`];
    return /^[A-Za-z]+$/.test(name)
      ? []
      : [`arms.values must have names of letters alone, got ${JSON.stringify(name)}`];
  });
}

export function throwFaults(faults: readonly string[]): void {
  if (faults.length > 0) throw new InputError("E_CONFIG", faults.join("\n"));
}

const placeholder = /\{([A-Za-z]+)\}/g;
