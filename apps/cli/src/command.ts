/** The interface between the program and its commands. */

import type { Example, Setting, ValuesOf } from "./flags/setting.ts";
import type { Messages, Page, RawFlags } from "./output.ts";

/** Headings in the list of commands, in their order. */
export const commandGroups = ["Start:", "Look and decide:", "Models and adapters:", "Machines:"] as const;

/** `<required>`, `[optional]` or `<several...>`, and its help. */
type Argument = readonly [syntax: string, help: string];

/** Values of arguments by position. */
type ArgumentValues<Arguments extends readonly Argument[]> = {
  readonly [Position in keyof Arguments]: ArgumentValue<Arguments[Position][0]>;
};

type ArgumentValue<Syntax extends string> = Syntax extends `${string}...${string}`
  ? readonly string[]
  : Syntax extends `<${string}`
    ? string
    : string | undefined;

/** Settings and arguments that were typed. */
export interface Input<Settings, Arguments extends readonly unknown[] = readonly []> {
  readonly settings: Settings;
  /** Values of the arguments, in their order. */
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
  /** One line. */
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
 * Code of a command, which is loaded when the command runs. `Ready` is its checked input, `Facts` its outcome.
 *
 * It prints nothing but messages and, before it ends, what `output.page` shows. `view` shows the facts to a person, `document`
 * makes the document of `--json` from them.
 */
export interface CommandCode<Typed, Ready, Facts> {
  /** Adds a line to `problems` for each fault of settings that are right alone. With any, the command ends here. */
  readonly check?: (input: Typed, problems: string[]) => void;
  /**
   * Reads the flags in the program's place, where settings stand in files too.
   *
   * @throws InputError with all that is wrong with them.
   */
  readonly read?: (typed: TypedWords<Typed>) => Ready;
  /** Settings in files, which an assistant may not choose freely, by name. */
  readonly settingsInFiles?: (ready: Ready) => Readonly<Record<string, unknown>>;
  /** `all` loads the facts of all commands. */
  readonly run: (ready: Ready, output: Messages, all: AllCommands) => Promise<Facts>;
  /** Undefined for a command that has none. (default: the facts) */
  readonly document?: (facts: Facts) => object | undefined;
  /** (default: nothing is shown) */
  readonly view?: (facts: Facts, page: Page, ready: Ready) => void;
  /** Exit code. (default: 0) */
  readonly exit?: (facts: Facts, ready: Ready) => number;
}

export type AllCommands = () => Promise<readonly Command[]>;

/** A command, its types erased. */
export interface Command extends CommandFacts<readonly Argument[], readonly Setting[]> {
  readonly load: () => Promise<CommandCode<never, never, never>>;
}

/** An end of a command that has several kinds of them. */
export interface End<Document extends object = object> {
  readonly document: Document;
  /** (default: 0) */
  readonly exit?: number;
  /** Shows the end to a person. (default: nothing is shown) */
  readonly view?: (page: Page) => void;
}

/** The parts of a command's code that an {@link End} brings. */
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
