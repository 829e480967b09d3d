import type { Example, Setting, ValuesOf } from "./flags/setting.ts";
import type { Messages, Page, RawFlags } from "./output.ts";

/** Headings in the list of commands, in their order. */
export const commandGroups = ["Start:", "Look and decide:", "Models and adapters:", "Machines:"] as const;

/** `<required>`, `[optional]` or `<several...>`, and help. */
type Argument = readonly [syntax: string, help: string];

type ArgumentValues<Arguments extends readonly Argument[]> = {
  readonly [Position in keyof Arguments]: ArgumentValue<Arguments[Position][0]>;
};

type ArgumentValue<Syntax extends string> = Syntax extends `${string}...${string}`
  ? readonly string[]
  : Syntax extends `<${string}`
    ? string
    : string | undefined;

/** Input of a command: settings and arguments as typed. */
export interface Input<Settings, Arguments extends readonly unknown[] = readonly []> {
  readonly settings: Settings;
  readonly names: Arguments;
}

/** Arguments, and flags as commander hands them over. */
export interface TypedWords<Typed> extends Pick<Typed & Input<unknown, readonly unknown[]>, "names"> {
  readonly flags: RawFlags;
}

/** Facts about a command that help, completion, docs, schemas and an assistant's tools are made from. */
interface CommandFacts<Arguments, Settings> {
  readonly name: string;
  readonly group: (typeof commandGroups)[number];
  readonly arguments: Arguments;
  readonly settings: Settings;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly Example[];
  /** Makes it a tool of `lorank mcp`. */
  readonly tool?: {
    /** Settings that write, train, wait, or change the document. */
    readonly without: readonly string[];
    /** The command may fetch a model's files from the hub. */
    readonly fetches: boolean;
  };
}

/**
 * Code of a command, loaded when it runs. `Ready` is its checked input, `Facts` its outcome. The code prints only
 * messages and `output.page`. `view` shows the facts, `document` makes the `--json` document from them.
 */
export interface CommandCode<Typed, Ready, Facts> {
  /** Faults of settings that are valid alone, one line each; any ends the command. */
  readonly check?: (input: Typed, problems: string[]) => void;
  /** Replaces the program's reading of flags, where settings stand in files too. Throws InputError with all faults. */
  readonly read?: (typed: TypedWords<Typed>) => Ready;
  /** Settings in files, which an assistant may not choose freely, by name. */
  readonly settingsInFiles?: (ready: Ready) => Readonly<Record<string, unknown>>;
  readonly run: (ready: Ready, output: Messages, load: LoadCommands) => Promise<Facts>;
  /** (default: the facts; undefined: no document) */
  readonly document?: (facts: Facts) => object | undefined;
  /** (default: shows nothing) */
  readonly view?: (facts: Facts, page: Page, ready: Ready) => void;
  /** Exit code. (default: 0) */
  readonly exit?: (facts: Facts, ready: Ready) => number;
}

/** Loads the facts of a command by its name, or of all commands. */
export type LoadCommands = (name?: string) => Promise<readonly Command[]>;

export interface Command extends CommandFacts<readonly Argument[], readonly Setting[]> {
  readonly load: () => Promise<CommandCode<never, never, never>>;
}

/** End of a command that has several kinds of ends. */
export interface End<Document extends object = object> {
  readonly document: Document;
  readonly exit?: number;
  /** Shows the end to a person. (default: nothing is shown) */
  readonly view?: (page: Page) => void;
}

/** Members of a command's code that an {@link End} supplies. */
export const ofEnd = {
  document: ({ document }: End): object => document,
  view: ({ view }: End, page: Page): void => view?.(page),
  exit: ({ exit = 0 }: End): number => exit,
};

/** Describes a command. Its code must take the input that its arguments and settings make. */
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
