import { fileURLToPath } from "node:url";
import { createGenerator, type Schema } from "ts-json-schema-generator";

/** Folder of the JSON Schemas of what `--json` prints, `<command>.json`. */
export const schemasFolder = new URL("../schemas/", import.meta.url);

/** Generates the JSON Schema of each command's document from `src/documents.ts`, as text by command. */
export function documentSchemas(): Map<string, string> {
  const generator = createGenerator({
    path: fileURLToPath(new URL("../src/documents.ts", import.meta.url)),
    tsconfig: fileURLToPath(new URL("../tsconfig.json", import.meta.url)),
    type: "Documents",
    topRef: false,
    // A later version may add a field; a reader of this version ignores it.
    additionalProperties: true,
    skipTypeCheck: true,
  });
  const { $schema, definitions = {}, properties = {} } = generator.createSchema("Documents");
  const schemas = Object.entries(properties as Record<string, Schema>).map(([command, document]) => {
    const root = inlined(document, definitions as Record<string, Schema>);
    const title = command === "error" ? "an error of any command with --json" : `lorank ${command} --json`;
    const schema = { $schema, title, ...root };
    const used = definitionsUsed(schema, definitions as Record<string, Schema>);
    const text = JSON.stringify(
      { ...schema, ...(used.length > 0 && { definitions: Object.fromEntries(used) }) },
      null,
      2,
    );
    return [command, `${text}\n`] as const;
  });
  return new Map(schemas);
}

/** The schema itself in the place of a reference to it; of a union of objects, that it is an object. */
function inlined(schema: Schema, definitions: Readonly<Record<string, Schema>>): Schema {
  if (schema.$ref !== undefined) return inlined(definitions[nameIn(schema.$ref)]!, definitions);
  const { anyOf } = schema;
  const isObject = anyOf?.every((one) => inlined(one as Schema, definitions).type === "object");
  return isObject ? { type: "object", ...schema } : schema;
}

/** The definitions that a schema refers to, and those that they refer to, by name. */
function definitionsUsed(schema: Schema, definitions: Readonly<Record<string, Schema>>): [string, Schema][] {
  const names = new Set<string>();
  const visit = (one: Schema): void => {
    for (const [, reference] of JSON.stringify(one).matchAll(/"\$ref":"([^"]+)"/g)) {
      const name = nameIn(reference!);
      if (names.has(name)) continue;
      names.add(name);
      visit(definitions[name]!);
    }
  };
  visit(schema);
  return [...names].sort().map((name) => [name, definitions[name]!]);
}

function nameIn(reference: string): string {
  return decodeURIComponent(reference.slice("#/definitions/".length));
}
