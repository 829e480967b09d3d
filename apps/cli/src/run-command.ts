import type { Command, CommandCode, Input, LoadCommands, TypedWords } from "./command.ts";
import { throwIfAny } from "./errors.ts";
import { exitCode } from "./exit-code.ts";
import type { Output } from "./output.ts";
import { readFlags } from "./settings/read.ts";

type AnyInput = Input<unknown, readonly unknown[]>;
type Code = CommandCode<AnyInput, unknown, object | undefined>;

/**
 * Reads input, runs a command, prints its document and page. Returns the exit code.
 *
 * @param check receives settings from files first, and throws to refuse them. (default: refuses none)
 */
export async function runCommand(
  command: Command,
  load: LoadCommands,
  typed: TypedWords<AnyInput>,
  output: Output,
  check: (settingsInFiles: Readonly<Record<string, unknown>>) => void = () => {},
): Promise<number> {
  const code = (await command.load()) as unknown as Code;
  const ready = code.read === undefined ? checkedInput(command, code, typed) : await code.read(typed);
  check(code.settingsInFiles?.(ready) ?? {});
  const facts = await code.run(ready, output, load);
  const document = code.document === undefined ? facts : code.document(facts);
  if (document !== undefined) output.document(document);
  code.view?.(facts, output, ready);
  return code.exit?.(facts, ready) ?? exitCode.done;
}

/** Command's checked input, from arguments and flags. Throws `E_CONFIG` with all faults. */
function checkedInput(
  { settings }: Command,
  { check }: Code,
  { names, flags }: TypedWords<AnyInput>,
): AnyInput {
  const problems: string[] = [];
  const input = { settings: readFlags(settings, flags, problems), names };
  check?.(input, problems);
  throwIfAny(problems);
  return input;
}
