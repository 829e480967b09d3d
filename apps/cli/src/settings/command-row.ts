import type { Example } from "./help.ts";
import type { RawFlags } from "./read.ts";
import type { CommandName } from "./setting.ts";

/** A command: what help says of it, and what it runs. Its flags are in the table of settings. */
export interface CommandRow {
  readonly name: CommandName;
  /** `<required>` or `[optional]`, each with what it is. */
  readonly arguments: readonly (readonly [syntax: string, help: string])[];
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly Example[];
  /** Imports what it needs, so that help does not. Returns what to exit with. */
  readonly run: (flags: RawFlags, ...names: (string | undefined)[]) => Promise<number>;
}
