import { InputError } from "@lorank/core";
import { isJsonObject, parseJsonObject } from "./json.ts";
import { shown } from "./text.ts";

/** Parsed tokenizer files of a model. */
export interface ModelTokenizer {
  readonly tokenizer: Record<string, unknown>;
  /** Parsed `tokenizer_config.json`; empty if there is none. */
  readonly config: Record<string, unknown>;
  /** Chat template in Jinja, the default if there are several; null for none. */
  readonly chatTemplate: string | null;
  readonly source: string;
}

export const CODE = "E_TOKENIZER";

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

export interface TokenizerFiles {
  readonly tokenizer: NamedText;
  /** Text of `tokenizer_config.json` (default: none). */
  readonly config?: NamedText;
  /**
   * Text of `chat_template.jinja`, which wins over `tokenizer_config.json`'s template, as in transformers (default:
   * none).
   */
  readonly chatTemplate?: NamedText;
}

/** Reads a tokenizer from files. Throws E_TOKENIZER naming the file if it is no JSON or no tokenizer. */
export function parseModelTokenizer({
  tokenizer: file,
  config,
  chatTemplate,
}: TokenizerFiles): ModelTokenizer {
  const tokenizer = parseJsonObject(file.text, file.name, CODE);
  if (!isJsonObject(tokenizer.model)) {
    throw new InputError(CODE, `${file.name}: model must be an object, got ${shown(tokenizer.model)}`);
  }
  const settings = config === undefined ? {} : parseJsonObject(config.text, config.name, CODE);
  return {
    tokenizer,
    config: settings,
    chatTemplate: chatTemplate?.text ?? templateOf(settings.chat_template, config?.name ?? ""),
    source: file.name,
  };
}

/** Chat template from a text, or from a list of named templates: `[{ "name": "default", "template": "…" }, …]`. */
function templateOf(template: unknown, file: string): string | null {
  if (template === undefined || template === null) return null;
  if (typeof template === "string") return template;
  if (Array.isArray(template) && template.every(isNamedTemplate)) {
    return template.find(({ name }) => name === "default")?.template ?? null;
  }
  throw new InputError(
    CODE,
    `${file}: chat_template must be a string or a list of { name, template }, got ${shown(template)}`,
  );
}

function isNamedTemplate(entry: unknown): entry is { name: string; template: string } {
  return isJsonObject(entry) && typeof entry.name === "string" && typeof entry.template === "string";
}
