import type { Example, Setting, ValuesOf } from "./flags/setting.ts";
import type { Messages, Page, RawFlags } from "./output.ts";

/** Headings above the commands in `lorank --help`. */
export const commandGroups = ["Start:", "Look and decide:", "Models and adapters:", "Machines:"] as const;

/** Positional argument: syntax (`<required>`, `[optional]`, `<several...>`) and help. */
type Argument = readonly [syntax: string, help: string];

type ArgumentValues<Arguments extends readonly Argument[]> = {
  readonly [Position in keyof Arguments]: ArgumentValue<Arguments[Position][0]>;
};

type ArgumentValue<Syntax extends string> = Syntax extends `${string}...${string}`
  ? readonly string[]
  : Syntax extends `<${string}`
    ? string
    : string | undefined;

/** Command input: checked settings, and positional arguments as typed. */
export interface Input<Settings, Arguments extends readonly unknown[] = readonly []> {
  readonly settings: Settings;
  readonly names: Arguments;
}

/** Command input before checks: arguments as typed, and flags as Commander parses them. */
export interface TypedWords<Typed> extends Pick<Typed & Input<unknown, readonly unknown[]>, "names"> {
  readonly flags: RawFlags;
}

/** Command facts from which help, completion, docs, schemas and MCP tools are made. */
interface CommandFacts<Arguments, Settings> {
  readonly name: string;
  readonly group: (typeof commandGroups)[number];
  readonly arguments: Arguments;
  readonly settings: Settings;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly Example[];
  /** MCP tool made from the command; absent if assistants cannot call it. */
  readonly tool?: {
    /** Settings withheld from assistants: they write, train, wait, or change the document. */
    readonly without: readonly string[];
    /** Tells if the command may download model files from the hub. */
    readonly fetches: boolean;
  };
}

/**
 * Code of a command, loaded when it runs. `Ready` is the checked input, `Facts` the outcome, which `view` shows and
 * `document` turns into JSON.
 */
export interface CommandCode<Typed, Ready, Facts> {
  /** Reports settings in conflict by adding a line each to `problems`; any ends the command. */
  readonly check?: (input: Typed, problems: string[]) => void;
  /** Replaces the default reading of flags, for settings also read from files. Throws InputError with all faults. */
  readonly read?: (typed: TypedWords<Typed>) => Ready | Promise<Ready>;
  /** Settings read from files, by name; an assistant's choice of them is restricted. */
  readonly settingsInFiles?: (ready: Ready) => Readonly<Record<string, unknown>>;
  readonly run: (ready: Ready, output: Messages, load: LoadCommands) => Promise<Facts>;
  /** Makes the `--json` document. (default: the facts; undefined: none) */
  readonly document?: (facts: Facts) => object | undefined;
  /** Shows the facts to a person. (default: shows nothing) */
  readonly view?: (facts: Facts, page: Page, ready: Ready) => void;
  /** Exit code of the process. (default: 0) */
  readonly exit?: (facts: Facts, ready: Ready) => number;
}

/** Loads a command's facts by name, or those of all commands. */
export type LoadCommands = (name?: string) => Promise<readonly Command[]>;

export interface Command extends CommandFacts<readonly Argument[], readonly Setting[]> {
  readonly load: () => Promise<CommandCode<never, never, never>>;
}

/** Outcome of a command that can end in several ways, with document, exit code and view. */
export interface End<Document extends object = object> {
  readonly document: Document;
  readonly exit?: number;
  /** Shows the outcome to a person. (default: shows nothing) */
  readonly view?: (page: Page) => void;
}

/** Members of a command's code for a run returning an {@link End}. */
export const ofEnd = {
  document: ({ document }: End): object => document,
  view: ({ view }: End, page: Page): void => view?.(page),
  exit: ({ exit = 0 }: End): number => exit,
};

/** Describes a command; types require code for exactly these arguments and settings. */
export function defineCommand<
  const Arguments extends readonly Argument[],
  const Settings extends readonly Setting[],
  Ready,
  Facts,
>(
  command: CommandFacts<Arguments, Settings> & {
    readonly load: () => Promise<
      CommandCode<Input<ValuesOf<Settings[number]>, ArgumentValues<Arguments>>, Ready, Facts>
    >;
  },
): Command {
  return command as unknown as Command;
}
