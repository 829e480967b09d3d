import { withArmNames } from "@lorank/evidence/results";
import type { Schema } from "ts-json-schema-generator";

type Definitions = Record<string, Schema>;

/**
 * Schema of a document with names of arms, which the generator cannot read off recursive types. What `withArmNames` does
 * with a member is asked of it. New definitions are added under `<name>ByArm`.
 */
export function armSchema(schema: Schema, definitions: Definitions): Schema {
  return named(schema, "", definitions);
}

/** Document of a single arm, whose name is empty. */
const byArm = (value: object): Record<string, unknown> => ({
  ...withArmNames(value, { axis: { by: "arm", names: [""] } }),
});

const nameOf = (key: string): string => Object.keys(byArm({ [key]: null }))[0]!;

/** Tells whether numbers below a key are arms. */
const isOfArms = (key: string): boolean => typeof Object.values<unknown>(byArm({ [key]: 1 }))[0] === "string";

/** Tells whether a member counts arms and names none. */
const isCount = (key: string): boolean =>
  Object.values(Object.values(byArm({ [key]: { rank: 1 } }))[0] as object)[0] === 1;

const wordOf = (key: string, word: string): string => Object.values(byArm({ [key]: word }))[0] as string;

function named(schema: Schema, key: string, definitions: Definitions): Schema {
  // Descriptions speak of ranks.
  const {
    description: _,
    $ref,
    anyOf,
    allOf,
    items,
    properties,
    required,
    type,
    enum: words,
    ...rest
  } = schema;
  if ($ref !== undefined) {
    const name = decodeURIComponent($ref.slice("#/definitions/".length));
    const definition = definitions[name]!;
    if (definition.properties === undefined) return named(definition, key, definitions);
    const own = `${name}ByArm`;
    if (definitions[own] === undefined) {
      definitions[own] = {};
      definitions[own] = named(definition, key, definitions);
    }
    return { $ref: `#/definitions/${encodeURIComponent(own)}` };
  }
  const each = (all: readonly unknown[]) => all.map((one) => named(one as Schema, key, definitions));
  const entries = Object.entries(properties ?? {}).map(([own, item]): [string, Schema] => [
    nameOf(own),
    isCount(key) ? (item as Schema) : named(item as Schema, own, definitions),
  ]);
  const numbers: readonly unknown[] = ["integer", "number"];
  const typeOf = (one: unknown): unknown => (numbers.includes(one) && isOfArms(key) ? "string" : one);
  const isName = [type].flat().some((one) => typeOf(one) !== one);
  return {
    ...(type === undefined ? {} : { type: Array.isArray(type) ? type.map(typeOf) : typeOf(type) }),
    ...(isName ? {} : rest),
    ...(words === undefined
      ? {}
      : { enum: words.map((one) => (typeof one === "string" ? wordOf(key, one) : one)) }),
    ...(anyOf === undefined ? {} : { anyOf: each(anyOf) }),
    ...(allOf === undefined ? {} : { allOf: each(allOf) }),
    ...(items === undefined
      ? {}
      : { items: Array.isArray(items) ? each(items) : named(items as Schema, key, definitions) }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(entries) }),
    ...(required === undefined ? {} : { required: required.map(nameOf) }),
  } as Schema;
}
