import { plainText } from "../text.ts";
import type { Value } from "./recipe.ts";

/** A key, which may be a path (`model.lora_rank`), and its value. */
export type Entry = readonly [key: string, value: Value];

/** A remark that cannot end early: a line end in a name from elsewhere would begin code. */
export function comment(text: string): string {
  return `# ${oneLine(text)}`;
}

/** Entries as YAML, those of one parent together under it. */
export function yamlLines(entries: readonly Entry[]): string[] {
  const lines: string[] = [];
  const parents = new Set<string>();
  for (const [path, value] of entries) {
    const [parent, child] = path.split(".");
    if (child === undefined) {
      lines.push(`${path}: ${yamlValue(value)}`);
    } else if (!parents.has(parent!)) {
      parents.add(parent!);
      lines.push(`${parent}:`);
      for (const [other, inner] of entries) {
        if (other.startsWith(`${parent}.`))
          lines.push(`  ${other.slice(parent!.length + 1)}: ${yamlValue(inner)}`);
      }
    }
  }
  return lines;
}

/** `name(` with an argument a line. */
export function pythonCall(name: string, entries: readonly Entry[], first: readonly string[] = []): string[] {
  const args = [...first, ...entries.map(([key, value]) => `${key}=${pythonValue(value)}`)];
  return [`${name}(`, ...args.map((arg) => `    ${arg},`), ")"];
}

export function pythonValue(value: Value): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "object") return `[${value.map(quoted).join(", ")}]`;
  return typeof value === "number" ? String(value) : quoted(value);
}

function yamlValue(value: Value): string {
  if (typeof value === "object") return `[${value.map(yamlText).join(", ")}]`;
  if (typeof value === "string") return yamlText(value);
  // PyYAML takes 1e-7 for a text: it wants a point before the exponent.
  return String(value).replace(/^(-?\d+)e/, "$1.0e");
}

/** Bare where no reader of YAML takes it for anything but a text. */
function yamlText(text: string): string {
  const isPlain =
    /^[A-Za-z_][\w./-]*(,[\w./-]+)*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain ? text : quoted(text);
}

function quoted(text: string): string {
  return JSON.stringify(oneLine(text));
}

function oneLine(text: string): string {
  return plainText(text).replace(/[\n\u2028\u2029]+/g, " ");
}
