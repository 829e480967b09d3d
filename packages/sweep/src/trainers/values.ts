import { InputError } from "@lorank/core";
import type { CommandSpec } from "@lorank/core/results";

/** What a command can be told, by the names of its placeholders. */
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

/** What one call of a command is told. A value that is not there is the trainer's own affair. */
type CommandValues = Readonly<Partial<Record<Name, string>>>;

/** Which commands are told what besides {@link settingsOf}. */
const told = { command: ["out", "trialId"], evaluate: ["out", "trialId", "adapter", "split"] } as const;

/** What a trial's spec says to its trainer. */
export function settingsOf({
  lora,
  optimizer,
  seed,
}: Pick<CommandSpec, "lora" | "optimizer" | "seed">): CommandValues {
  const { rank, alpha, scalingRule } = lora;
  const { learningRate, epochs } = optimizer;
  const values = { rank, alpha, scaling: scalingRule, seed, learningRate, epochs };
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

/** The program and its arguments for one call: `{rank}` becomes 8. */
export function fillIn(command: readonly string[], values: CommandValues): string[] {
  return command.map((word) => word.replace(placeholder, (_, name: Name) => values[name] ?? ""));
}

/**
 * The same values as environment variables: `LORANK_RANK`, `LORANK_LEARNING_RATE`. One that is not there is undefined, so that
 * no value from around the sweep takes its place.
 */
export function environmentOf(values: CommandValues): Record<string, string | undefined> {
  return Object.fromEntries(
    names.map((name) => [
      `LORANK_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
      values[name],
    ]),
  );
}

/** What is wrong with the placeholders of a command, in sentences; `settings` are those of one of its trials. */
export function placeholderFaults(
  which: keyof typeof told,
  command: readonly string[],
  settings: CommandValues,
): string[] {
  const used = new Set(command.flatMap((word) => [...word.matchAll(placeholder)].map((match) => match[1]!)));
  return [...used].flatMap((name) => {
    if ((told[which] as readonly string[]).includes(name) || Object.hasOwn(settings, name)) return [];
    if (name === "maxSteps" || !names.includes(name as Name) || told.evaluate.includes(name as never)) {
      const known = [...Object.keys(settings), ...told[which]].map((one) => `{${one}}`).join(", ");
      return [`trainer.${which} must have placeholders out of ${known}, got {${name}}`];
    }
    const key = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return [`${key} must be given, for trainer.${which} has {${name}}`];
  });
}

/** Throws E_CONFIG with them, one a line. */
export function throwFaults(faults: readonly string[]): void {
  if (faults.length > 0) throw new InputError("E_CONFIG", faults.join("\n"));
}

const placeholder = /\{([A-Za-z]+)\}/g;
