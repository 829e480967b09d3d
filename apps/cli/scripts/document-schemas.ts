import { fileURLToPath } from "node:url";
import { createGenerator, type Schema } from "ts-json-schema-generator";
import { commandsFor } from "../src/commands/commands.ts";
import { armSchema } from "./arm-schema.ts";

const commands = await commandsFor();

/** Folder of the JSON Schemas of what `--json` prints, `<command>.json`. */
export const schemasFolder = new URL("../schemas/", import.meta.url);

/**
 * Generates the JSON Schema of each command's document, as text by command. The type of a document has the command's name, as
 * `MergeDocument`, and is exported from its folder; a command without such a type has no document.
 */
export function documentSchemas(): Map<string, string> {
  const source = (path: string): string => fileURLToPath(new URL(`../src/${path}`, import.meta.url));
  const generator = createGenerator({
    path: source("**/*.ts"),
    tsconfig: fileURLToPath(new URL("../tsconfig.json", import.meta.url)),
    // A later version may add a field; a reader of this version ignores it.
    additionalProperties: true,
    topRef: false,
    skipTypeCheck: true,
  });
  const schemaOf = (command: string, title: string): [string, string] => {
    const type = `${command[0]!.toUpperCase()}${command.slice(1)}Document`;
    const { $schema, definitions = {}, ...document } = generator.createSchema(type);
    const root = withArms(
      inlined(document, definitions as Record<string, Schema>),
      definitions as Record<string, Schema>,
    );
    const schema = { $schema, title, ...root };
    const used = definitionsUsed(schema, definitions as Record<string, Schema>);
    const rest = used.length > 0 && { definitions: Object.fromEntries(used) };
    return [command, `${JSON.stringify({ ...schema, ...rest }, null, 2)}\n`];
  };
  const withDocument = commands.filter(({ name }) => !withoutDocument.includes(name));
  return new Map([
    ...withDocument.map(({ name }) => schemaOf(name, `lorank ${name} --json`)),
    schemaOf("error", "an error of any command with --json"),
  ]);
}

/** Commands that serve until they are stopped. */
export const withoutDocument = ["worker", "mcp"];

/** Union with documents by arm, whose schemas follow from that of ranks, the member before it. */
function withArms(schema: Schema, definitions: Record<string, Schema>): Schema {
  if (schema.anyOf === undefined) return schema;
  const members = schema.anyOf as Schema[];
  const isByArm = ({ $ref }: Schema): boolean => $ref !== undefined && nameIn($ref).startsWith("ByArm<");
  return {
    ...schema,
    anyOf: members.map((one, place) => (isByArm(one) ? armSchema(members[place - 1]!, definitions) : one)),
  };
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
