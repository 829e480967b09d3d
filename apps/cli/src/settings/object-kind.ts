import type { Kind } from "./kinds.ts";

/** An object of known members, all of which may be left out. */
export function objectOf(parts: Readonly<Record<string, Kind>>): Kind<Readonly<Record<string, unknown>>> {
  const faults = (value: unknown): string[] => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return [` must be keys and values`];
    return Object.entries(value).flatMap(([key, member]) => {
      const kind = Object.hasOwn(parts, key) ? parts[key] : undefined;
      if (kind === undefined)
        return [`: unknown key "${key}", the keys are ${Object.keys(parts).join(", ")}`];
      if (kind.faults !== undefined) return kind.faults(member).map((fault) => `.${key}${fault}`);
      return kind.parse(member) === undefined
        ? [`.${key} must be ${kind.rule}, got ${JSON.stringify(member)}`]
        : [];
    });
  };
  return {
    rule: `keys and values: ${Object.keys(parts).join(", ")}`,
    fromText: (given) => given,
    faults,
    parse: (value) =>
      faults(value).length > 0
        ? undefined
        : Object.fromEntries(
            Object.entries(value as object).map(([key, member]) => [key, parts[key]!.parse(member)]),
          ),
    schema: {
      type: "object",
      properties: Object.fromEntries(Object.entries(parts).map(([key, { schema }]) => [key, schema])),
      additionalProperties: false,
    },
  };
}
