import { readFileSync } from "node:fs";
import { InputError } from "@lorank/core";
import { type DocumentOptions, type ParseOptions, parseDocument, type SchemaOptions } from "yaml";

/**
 * The content of a YAML (or JSON) file.
 *
 * @param named what the file is called in an error: `file`, `--config`.
 * @throws InputError E_FILE or E_YAML.
 */
export function readYaml(
  file: string,
  named = "file",
  options: DocumentOptions & SchemaOptions & ParseOptions = {},
): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new InputError("E_FILE", `${named} must be a YAML file that can be read, got ${file} (${reason})`, {
      cause,
    });
  }
  // Merge keys and many aliases are how a small file becomes a large one.
  const document = parseDocument(text, { merge: false, prettyErrors: true, uniqueKeys: true, ...options });
  const [error] = document.errors;
  if (error !== undefined) throw new InputError("E_YAML", `${file} must be YAML: ${error.message.trimEnd()}`);
  return document.toJS({ maxAliasCount: 10 });
}
