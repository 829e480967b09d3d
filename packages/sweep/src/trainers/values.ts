import { InputError } from "@lorank/core";
import type { CommandSpec } from "@lorank/evidence/results";

const names = [
  "rank",
  "alpha",
  "scaling",
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

type CommandValues = Readonly<Partial<Record<Name, string>>>;

/** Placeholders each command may use beside the settings' (see {@link settingsOf}). */
const ownNames = { command: ["out", "trialId"], evaluate: ["out", "trialId", "adapter", "split"] } as const;

type TrialSettings = CommandSpec["lora"] & CommandSpec["optimizer"] & Pick<CommandSpec, "seed">;

const placeholders: { readonly [Key in keyof Required<TrialSettings>]: Name } = {
  rank: "rank",
  alpha: "alpha",
  scalingRule: "scaling",
  seed: "seed",
  learningRate: "learningRate",
  epochs: "epochs",
};

export function settingsOf({
  lora,
  optimizer,
  seed,
}: Pick<CommandSpec, "lora" | "optimizer" | "seed">): CommandValues {
  const settings: TrialSettings = { ...lora, seed, ...optimizer };
  const names = Object.keys(placeholders) as (keyof TrialSettings)[];
  const known = names.filter((name) => settings[name] !== undefined);
  return Object.fromEntries(known.map((name) => [placeholders[name], String(settings[name])]));
}

/** Fills placeholders in a command's program and arguments: `{rank}` becomes 8. */
export function fillIn(command: readonly string[], values: CommandValues): string[] {
  return command.map((word) => word.replace(placeholder, (_, name: Name) => values[name] ?? ""));
}

/**
 * Environment variables with a trial's settings, for a user's command: `LORANK_RANK`, `LORANK_LEARNING_RATE`. An
 * undefined value removes an inherited variable.
 */
export function environmentOf(values: CommandValues): Record<string, string | undefined> {
  return Object.fromEntries(
    names.map((name) => [
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

export function throwFaults(faults: readonly string[]): void {
  if (faults.length > 0) throw new InputError("E_CONFIG", faults.join("\n"));
}

const placeholder = /\{([A-Za-z]+)\}/g;
