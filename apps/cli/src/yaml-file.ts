import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { InputError, isInputError } from "@lorank/core";
import type { DocumentOptions, ParseOptions, SchemaOptions } from "yaml";

/** Loads the YAML library with the first file: 25 ms, a fifth of `memory`'s time without a file. */
function yaml(): typeof import("yaml") {
  return createRequire(import.meta.url)("yaml");
}

/** Largest file in bytes, far above any configuration. Reading keys takes quadratic time: a second at this size. */
const mostBytes = 2 ** 16;
const mostAliases = 10;
/** Most nested collections in a file, the document included. */
const mostNested = 300;

/**
 * Reads a YAML or JSON file; `-` is standard input.
 *
 * @param named file's name in errors: `file`, `--config`.
 * @throws E_FILE, or E_YAML for invalid YAML, more than 64 KiB, or aliases that cannot be followed.
 */
export function readYaml(
  file: string,
  named = "file",
  options: DocumentOptions & SchemaOptions & ParseOptions = {},
): unknown {
  let text: string;
  try {
    text = file === "-" ? readFileSync(0, "utf8") : textOf(file, named);
    if (text.length > mostBytes) throw wrong(file, `have at most ${mostBytes} bytes`, `${text.length}`);
  } catch (cause) {
    if (isInputError(cause)) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new InputError("E_FILE", `${named} must be a YAML file that can be read, got ${file} (${reason})`, {
      cause,
    });
  }
  const { parseDocument } = yaml();
  if (isNestedDeeply(text)) throw wrong(file, `be nested at most ${mostNested} deep`, "more");
  // Merge keys and many aliases would let a small file expand into a large value.
  const safe = { merge: false, prettyErrors: true, uniqueKeys: true, logLevel: "error" } as const;
  const document = parseDocument(text, { ...safe, ...options });
  const [error] = document.errors;
  if (error !== undefined) throw new InputError("E_YAML", `${file} must be YAML: ${error.message.trimEnd()}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: mostAliases });
  } catch (cause) {
    const rule = `have aliases of anchors before them, at most ${mostAliases} values of one`;
    throw wrong(file, rule, (cause as Error).message, cause);
  }
  if (holdsItself(value)) throw wrong(file, "have no alias within the value that it stands for", "one");
  return value;
}

function textOf(file: string, named: string): string {
  const stats = statSync(file);
  if (!stats.isFile() && !stats.isDirectory())
    throw new InputError("E_FILE", `${named} must be a YAML file, got the pipe or device ${file}`);
  if (stats.size > mostBytes) throw wrong(file, `have at most ${mostBytes} bytes`, `${stats.size}`);
  return readFileSync(file, "utf8");
}

/**
 * Tests the nesting without recursion, unlike the library's composer: a stack overflow inside a regular expression
 * makes V8 end the process.
 */
function isNestedDeeply(text: string): boolean {
  const { Lexer, Parser } = yaml();
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > mostNested) return true;
  }
  return false;
}

function wrong(file: string, rule: string, got: string, cause?: unknown): InputError {
  return new InputError("E_YAML", `${file} must ${rule}, got ${got}`, { cause });
}

/** Tests for cyclic aliases, on which a walk would never end. */
function holdsItself(value: unknown, above: readonly unknown[] = []): boolean {
  if (typeof value !== "object" || value === null) return false;
  return above.includes(value) || Object.values(value).some((one) => holdsItself(one, [...above, value]));
}
