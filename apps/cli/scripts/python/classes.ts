import type { Schema } from "ts-json-schema-generator";
import { docstring, generatedNote, literal, pascal, snake, union } from "./text.ts";

/** Classes of a command's documents: names of those that its document is one of. */
export interface PythonClasses {
  readonly text: string;
  /** Names of the classes of a command's document. */
  readonly documentsOf: ReadonlyMap<string, readonly string[]>;
}

/**
 * Writes frozen dataclasses for JSON Schemas by command. An object within another is named after its owner and member.
 * Throws for a schema that it has no class for.
 */
export function pythonClasses(schemas: ReadonlyMap<string, Schema>): PythonClasses {
  const writer = new ClassWriter();
  const documentsOf = new Map<string, readonly string[]>();
  for (const [command, schema] of schemas) {
    const { definitions = {}, ...root } = schema;
    for (const [name, definition] of Object.entries(definitions)) writer.define(name, definition as Schema);
    const name = `${pascal(command)}Document`;
    documentsOf.set(command, writer.typeOf(root as Schema, name).split(" | "));
  }
  return { text: writer.text(), documentsOf };
}

const reserved = ["document"];

class ClassWriter {
  readonly #classes = new Map<string, string[]>();
  readonly #aliases = new Map<string, string>();

  define(definition: string, schema: Schema): void {
    const name = pascal(definition);
    if (this.#classes.has(name) || this.#aliases.has(name)) return;
    this.#aliases.set(name, ""); // a definition may refer to itself
    const type = this.typeOf(schema, name);
    if (type === name) this.#aliases.delete(name);
    else this.#aliases.set(name, type);
  }

  /** Python's type of a schema; writes the classes of its objects, the first under `name`. */
  typeOf(schema: Schema, name: string): string {
    const { $ref, anyOf, items, properties, additionalProperties, type, minItems, maxItems } = schema;
    if ($ref !== undefined) return pascal(decodeURIComponent($ref.slice("#/definitions/".length)));
    if (anyOf !== undefined) {
      const members = (anyOf as Schema[]).map((member, place) =>
        this.typeOf(member, memberName(anyOf as Schema[], place, name)),
      );
      return union(members);
    }
    if (schema.const !== undefined) return `Literal[${literal(schema.const)}]`;
    if (schema.enum !== undefined) {
      const values = schema.enum.filter((value) => value !== null).map(literal);
      return union([`Literal[${values.join(", ")}]`, ...(schema.enum.includes(null) ? ["None"] : [])]);
    }
    if (Array.isArray(type)) return union(type.map((one) => this.typeOf({ ...schema, type: one }, name)));
    if (type === "object" && typeof additionalProperties === "object")
      return `Mapping[str, ${this.typeOf(additionalProperties as Schema, name)}]`;
    if (type === "object") return this.#writeClass(name, schema, properties ?? {});
    if (type === "array" && Array.isArray(items) && minItems === maxItems)
      return `tuple[${items.map((item) => this.typeOf(item as Schema, name)).join(", ")}]`;
    if (type === "array") return `tuple[${this.typeOf(items as Schema, name)}, ...]`;
    const plain = { string: "str", number: "float", integer: "int", boolean: "bool", null: "None" };
    if (type !== undefined && type in plain) return plain[type as keyof typeof plain];
    if (type === undefined) return "Any";
    throw new Error(`no Python type for ${JSON.stringify(schema)}`);
  }

  #writeClass(name: string, schema: Schema, properties: Readonly<Record<string, unknown>>): string {
    if (this.#classes.has(name)) throw new Error(`two Python classes would be named ${name}`);
    const lines: string[] = [];
    this.#classes.set(name, lines);
    const members = Object.entries(properties as Record<string, Schema>);
    const isRequired = (key: string): boolean => schema.required?.includes(key) === true;
    const fields = members
      // Members that a variant never has are written as empty schemas.
      .filter(([key, member]) => isRequired(key) || Object.keys(member).length > 0)
      .toSorted(([one], [other]) => Number(isRequired(other)) - Number(isRequired(one)))
      .flatMap(([key, member]) => {
        if (reserved.includes(snake(key))) throw new Error(`${name}: ${key} is taken`);
        const type = this.typeOf(member, `${name}${pascal(key)}`);
        const field = isRequired(key) ? `: ${type}` : `: ${union([type, "None"])} = None`;
        return [`    ${snake(key)}${field}`, ...docstring(member.description, "    ")];
      });
    lines.push(
      "@dataclass(frozen=True, kw_only=True)",
      `class ${name}(Document):`,
      ...docstring(schema.description, "    "),
      ...(fields.length === 0 ? ["    pass"] : fields),
    );
    return name;
  }

  text(): string {
    const byName = <Value>(entries: ReadonlyMap<string, Value>) =>
      [...entries].toSorted(([one], [other]) => (one < other ? -1 : 1));
    const classes = byName(this.#classes).map(([, lines]) => lines.join("\n"));
    // Aliases are evaluated where they stand: those of others come after them.
    const left = new Map(byName(this.#aliases));
    const aliases: string[] = [];
    while (left.size > 0) {
      const before = left.size;
      for (const [name, type] of left) {
        if ([...left.keys()].some((other) => new RegExp(`\\b${other}\\b`).test(type))) continue;
        aliases.push(`${name}: TypeAlias = ${type}`);
        left.delete(name);
      }
      if (left.size === before) throw new Error(`aliases in a circle: ${[...left].join("; ")}`);
    }
    return [
      `${generatedNote}\n"""Documents of the commands, as frozen dataclasses. Names are those of the JSON, in snake_case."""`,
      "from __future__ import annotations",
      "from collections.abc import Mapping\nfrom dataclasses import dataclass\nfrom typing import Any, Literal, TypeAlias",
      "from lorank._document import Document",
      ...classes.map((text) => `\n${text}`),
      `\n${aliases.join("\n")}\n`,
    ].join("\n\n");
  }
}

/** Name of a union's member: after a constant that is its own, a member that is its own, or its place. */
function memberName(members: readonly Schema[], place: number, name: string): string {
  const objects = members.filter(({ properties }) => properties !== undefined);
  const own = members[place]!.properties as Readonly<Record<string, Schema>> | undefined;
  const isAlone = objects.length === 1 && !members.some(({ $ref }) => $ref !== undefined);
  if (own === undefined || isAlone) return name;
  const others = objects.filter((one) => one !== members[place]);
  const byArm = objects.map(({ properties }) => isByArm(properties!));
  if (objects.length === 2 && byArm[0] !== byArm[1]) return isByArm(own) ? `${name}ByArm` : name;
  for (const [key, { const: word }] of Object.entries(own)) {
    const words = others.map(({ properties }) => (properties![key] as Schema | undefined)?.const);
    if (typeof word === "string" && !words.includes(word)) return `${name}${pascal(word)}`;
  }
  const unlike = members[place]!.required?.find((key) =>
    others.every(({ properties }) => !(key in properties!)),
  );
  return `${name}${unlike === undefined ? place + 1 : pascal(unlike)}`;
}

/** Tells whether members speak of arms in place of ranks. */
function isByArm(properties: object): boolean {
  return "arm" in properties || JSON.stringify(properties).includes("ByArm");
}
