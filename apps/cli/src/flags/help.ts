import { type Command, Help, Option } from "commander";
import { type Example, flagsOf, type Setting } from "./setting.ts";

export const commonFlags = [
  ["--json", "one JSON document on stdout, nothing else"],
  ["-q, --quiet", "no messages besides the result"],
  ["--no-color", "no colours (also: NO_COLOR=1; FORCE_COLOR=1 colours a pipe)"],
  ["--no-input", "ask nothing, draw nothing that moves"],
] as const;

/** Adds a command's flags to Commander, without defaults: an absent value was not typed. */
export function addFlags(command: Command, settings: readonly Setting[]): Command {
  const experts: Option[] = [];
  for (const setting of flagsOf(settings)) {
    const { key, kind, group, required, hidden, expert } = setting;
    const option = new Option(flagText(setting), helpText(setting)).helpGroup(group);
    if (kind.isRepeated) option.argParser((written, before: readonly string[] = []) => [...before, written]);
    command.addOption(option.makeOptionMandatory(required === true).hideHelp(hidden === true));
    if (expert === true) experts.push(option);
    if (kind.placeholder === undefined) command.addOption(new Option(`--no-${key}`).hideHelp());
  }
  command.optionsGroup("Output:");
  for (const [flag, help] of commonFlags) command.option(flag, help);
  if (experts.length > 0) foldFlags(command, experts);
  return command.helpOption("-h, --help", "print this help");
}

/** Hides expert flags unless `--all` is typed with `--help`. */
function foldFlags(command: Command, experts: readonly Option[]): void {
  const hasOwn = command.options.some(({ long }) => long === "--all");
  if (!hasOwn) command.option("--all", "with --help: every flag");
  const isWhole = (): boolean => command.opts().all === true;
  command.configureHelp({
    visibleOptions(shown) {
      const options = Help.prototype.visibleOptions.call(this, shown);
      return isWhole() ? options : options.filter((option) => !experts.includes(option));
    },
  });
  const flags = experts.length === 1 ? "flag" : "flags";
  const more = `\n${experts.length} more ${flags}: lorank ${command.name()} --help --all`;
  command.addHelpText("after", () => (isWhole() ? "" : more));
}

export function withExamples(command: Command, examples: readonly Example[]): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, purpose]) => `  ${line.padEnd(width)}   ${purpose}`);
  return command.addHelpText("before", `Examples:\n${lines.join("\n")}\n`);
}

export function flagText({ key, kind, unit, short }: Setting): string {
  const flag = `${short === undefined ? "" : `-${short}, `}--${key}`;
  return kind.placeholder === undefined ? flag : `${flag} <${unit ?? kind.placeholder}>`;
}

/** Help with the default, and with the names that a flag takes if the help lacks one. */
export function helpText(setting: Setting): string {
  const { help, kind } = setting;
  const isWhole = kind.placeholder !== "name" || (kind.names ?? []).every((name) => help.includes(name));
  return helpBesideSchema(isWhole ? setting : { ...setting, help: `${help}: ${kind.names!.join(", ")}` });
}

/** Help with the default, where a JSON Schema lists the names. */
export function helpBesideSchema({ help, default: fallback }: Pick<Setting, "help" | "default">): string {
  const value = Array.isArray(fallback) ? fallback.join(",") : fallback;
  return `${help}${value === undefined ? "" : ` (default: ${value})`}`;
}
