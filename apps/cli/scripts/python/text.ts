/** Python source text: names, docstrings, literals. */

const keywords =
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(
    " ",
  );

/** Python's name of a JSON key or a flag: `logLoss`, `log-loss` and `log loss` are `log_loss`. `snake` of _document.py does likewise. */
export function snake(key: string): string {
  const name = key
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toLowerCase();
  return keywords.includes(name) ? `${name}_` : name;
}

export function pascal(key: string): string {
  return key
    .split(/[^A-Za-z0-9]+/)
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join("");
}

export function literal(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value);
}

/** Docstring at an indent, at most 100 columns; empty for no text. */
export function docstring(text: string | undefined, indent: string): string[] {
  if (text === undefined || text === "") return [];
  const safe = text.replaceAll("\\", "\\\\").replaceAll('"""', "'''");
  const lines = safe.split("\n").flatMap((line) => wrapped(line, 94 - indent.length));
  const closed = safe.endsWith('"') ? " " : "";
  const body = lines.map((line) => (line === "" ? "" : `${indent}${line}`));
  if (body.length === 1) return [`${indent}"""${lines[0]}${closed}"""`];
  return [`${indent}"""${lines[0]}`, ...body.slice(1), `${indent}"""`];
}

/** Lines of at most `columns`; those after the first keep its indent, and two columns more below a list's item. */
function wrapped(line: string, columns: number): string[] {
  const indent = /^ *(?:- )?/.exec(line)![0].replace("-", " ");
  const lines: string[] = [];
  let current = "";
  for (const word of line.slice(indent.length).split(" ")) {
    const room = columns - indent.length;
    if (current !== "" && current.length + 1 + word.length > room) {
      lines.push(current);
      current = word;
    } else current = current === "" ? word : `${current} ${word}`;
  }
  lines.push(current);
  return lines.map((text, place) =>
    `${place === 0 ? line.slice(0, indent.length) : indent}${text}`.trimEnd(),
  );
}

export function union(types: readonly string[]): string {
  const flat = [...new Set(types.flatMap((type) => type.split(" | ")))];
  const kinds = flat.filter((type) => type !== "None");
  return [...kinds, ...(kinds.length < flat.length ? ["None"] : [])].join(" | ");
}

export const generatedNote =
  "# Written by `npm run generate` from the commands and their schemas; not to be edited.";
