import { InputError } from "@lorank/core";
import type { Outcome } from "@lorank/core/decide";

export type Field = keyof Outcome;

/** What every row must have. */
export const requiredFields: readonly Field[] = ["rank", "seed", "example", "correct"];
const fields: readonly Field[] = [...requiredFields, "label", "logLoss"];

/** The places of an outcome's fields in a list of columns; a field that is not there has none. */
export type Columns = { readonly [F in Field]?: number };

/**
 * Finds the fields among the columns, without regard to case and to spaces around a name. A name in the very case wins
 * over the same in another.
 *
 * @throws InputError `E_COLUMN` where two columns could be the same field.
 */
export function findColumns(names: readonly string[], source: string): Columns {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const places = placesOf(field, names);
      if (places.length > 1) {
        const got = places.map((place) => JSON.stringify(names[place])).join(" and ");
        throw new InputError("E_COLUMN", `${source} must have one column ${field}, got ${got}`);
      }
      return places.map((place) => [field, place]);
    }),
  );
}

/** Throws E_COLUMN for fields that every row must have and that no column is. */
export function assertColumns(
  columns: Columns,
  names: readonly string[],
  { source, required }: { readonly source: string; readonly required: readonly Field[] },
): void {
  const missing = required.filter((field) => columns[field] === undefined);
  if (missing.length === 0) return;
  const have = names.map((name) => name.trim()).join(", ");
  const got = have.length > 200 ? `${have.slice(0, 200)}…` : have;
  throw new InputError(
    "E_COLUMN",
    `${source} must have the columns ${required.join(", ")}; ${missing.join(", ")} missing, got ${got || "none"}`,
  );
}

/** How many of the fields these names are, whichever of them is meant. */
export function countFields(names: readonly string[]): number {
  return fields.filter((field) => placesOf(field, names).length > 0).length;
}

function placesOf(field: Field, names: readonly string[]): number[] {
  const trimmed = names.map((name) => name.trim());
  const exact = indicesWhere(trimmed, (name) => name === field);
  return exact.length > 0
    ? exact
    : indicesWhere(trimmed, (name) => name.toLowerCase() === field.toLowerCase());
}

function indicesWhere(names: readonly string[], holds: (name: string) => boolean): number[] {
  return names.flatMap((name, index) => (holds(name) ? [index] : []));
}
