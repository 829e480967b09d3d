import { cutText, InputError } from "@lorank/core";
import { placesLike } from "@lorank/tables";
import { noGroups } from "@lorank/tables/names";
import { readCell } from "./cells.ts";
import { columns, type Field } from "./columns.ts";
import { type Column, requiredOfOutcomes, type ShapeName } from "./outcome-columns.ts";

interface Shape {
  /** Columns without which a table lacks this shape, unless a path or evaluator supplies them. */
  readonly required: readonly Field[];
  /** Command for a complete table in this shape, where another was needed. `column`: the last required column. */
  readonly advice?: (column: string) => string;
}

/** Table shapes by what a row is: an example in a run, a run, or an unjudged answer. */
export const shapes: { readonly [Name in ShapeName]: Shape } = {
  outcomes: {
    required: requiredOfOutcomes,
    advice: (column) => `Its ${column} says whether each answer is right: lorank verdict FILES`,
  },
  runs: { required: ["rank"] },
  answers: {
    required: ["answer"],
    advice: (column) =>
      `Whether each ${column} is right, lorank judge FILES --metric equals -o outcomes.csv finds out; then: lorank verdict outcomes.csv`,
  },
};

export type Places = { readonly [F in Field]?: number };

export function fieldsOf(shape: ShapeName): Field[] {
  return (Object.keys(columns) as Field[]).filter((field) => shape in columns[field].in);
}

export function namesOf(shape: ShapeName, field: Field): readonly string[] {
  const { in: tables }: Column = columns[field];
  return tables[shape]?.split(" ").filter(Boolean) ?? [];
}

export interface NamedTable {
  readonly source: string;
  readonly required?: readonly Field[];
  /** Group column; `none`: no groups. Default: `group`, if present. */
  readonly groupColumn?: string | undefined;
}

/**
 * Finds a shape's columns. Run tables match name endings, behind a tracker's groups. Elsewhere exact case wins, and a
 * column's own name.
 *
 * @throws InputError `E_COLUMN` for ambiguous and for missing columns. The error names what the nearest shape lacks, or
 * the command for a table that is whole in another shape.
 */
export function findColumns(shape: ShapeName, names: readonly string[], table: NamedTable): Places {
  const { source, required = [], groupColumn } = table;
  const found = fieldsOf(shape).flatMap((field) => {
    const places = placesOf(shape, field, names, groupColumn);
    // Several times or starts for a run are no contradiction.
    if (places.length > 1 && field !== "time" && field !== "start") {
      const own = field === "group" ? (groupColumn ?? field) : field;
      const got = places.map((place) => JSON.stringify(names[place])).join(" and ");
      const advice = shape === "runs" ? "" : `\nCall the one that is meant ${own}.`;
      throw new InputError("E_COLUMN", `${source} must have one column ${own}, got ${got}${advice}`);
    }
    return places.slice(0, 1).map((place) => [field, place]);
  });
  const places: Places = Object.fromEntries(found);
  const isOfGroups = required.length > 0 && groupColumn !== undefined && groupColumn !== noGroups;
  const needed = isOfGroups ? [...required, "group" as const] : required;
  if (needed.some((field) => places[field] === undefined)) throw lacking(shape, names, needed, table);
  return places;
}

/** Error for a table without a shape's columns. */
function lacking(
  shape: ShapeName,
  names: readonly string[],
  needed: readonly Field[],
  { source, groupColumn = "group" }: NamedTable,
): InputError {
  const missingOf = (of: ShapeName, fields = shapes[of].required): Field[] =>
    fields.filter((field) => placesOf(of, field, names, groupColumn).length === 0);
  const others = (Object.keys(shapes) as ShapeName[]).filter((other) => other !== shape);
  const lacksLast = missingOf(shape, needed).includes(shapes[shape].required.at(-1)!);
  const whole = others.find((of) => lacksLast && shapes[of].advice && missingOf(of).length === 0);
  const count = (of: ShapeName): number => fieldsOf(of).filter((field) => has(of, field, names)).length;
  // Nearer shapes are sought only if no path or evaluator supplies required columns.
  const isOpen = !nameExamples(names) && shapes[shape].required.every((field) => needed.includes(field));
  const fuller = others.find((of) => isOpen && count(of) > count(shape) && missingOf(of).length > 0);
  const nearest = fuller ?? shape;
  const own = fuller === undefined ? needed : shapes[fuller].required;
  const named = (field: Field): string => (field === "group" ? groupColumn : field);
  const missing = missingOf(nearest, own).map((field) => {
    const also = namesOf(nearest, field).filter((name) => name !== field);
    return `${named(field)}${also.length === 0 ? "" : ` (or ${also.join(", ")})`}`;
  });
  const all = names.map((name) => name.trim()).join(", ");
  const got = cutText(all, 200) || "none";
  const [place] = whole === undefined ? [] : placesOf(whole, shapes[whole].required.at(-1)!, names);
  const advice = whole === undefined ? "" : `\n${shapes[whole].advice!(names[place!]!.trim())}`;
  const required = own.map(named).join(", ");
  const fault = `${source} must have the columns ${required}; ${missing.join(", ")} missing, got ${got}`;
  return new InputError("E_COLUMN", `${fault}${advice}`);
}

export function has(shape: ShapeName, field: Field, names: readonly string[]): boolean {
  return placesOf(shape, field, names).length > 0;
}

/** Columns, as they are written, that a shape reads as one of the fields. */
export function columnsOf(shape: ShapeName, fields: readonly Field[], names: readonly string[]): string[] {
  return fields.flatMap((field) => placesOf(shape, field, names)).map((place) => names[place]!);
}

/** Tells example outcomes, whose columns name an example and say whether it is right. */
export function nameExamples(names: readonly string[]): boolean {
  const hasOwn = placesLike(names, ["example", "correct"], ["case"]).length > 0;
  return hasOwn || (has("outcomes", "example", names) && has("outcomes", "correct", names));
}

/** Column names for a rank (`8`, `r8`), a seed (`s1`) or a run (`r4_s1`, `rank 4, seed 1`). */
const numberedNames = {
  rank: /^(?:r|rank|lora_r|lora_rank)?[ _=:-]*(\d{1,6})$/i,
  seed: /^(?:s|seed)[ _=:-]*(\d{1,15})$/i,
  run: /^(?:r|rank|lora_r)[ _=:-]*(\d{1,6})[ ,_-]*(?:s|seed)[ _=:-]*(\d{1,15})$/i,
};

/** Columns by rank, seed or run, with their numbers. Empty below two. */
export function numberedColumns(names: readonly string[], of: keyof typeof numberedNames) {
  const found = names.flatMap((name, place) => {
    const [, first, second] = numberedNames[of].exec(name.trim()) ?? [];
    return first === undefined ? [] : [{ place, number: Number(first), second: Number(second) }];
  });
  return found.length > 1 ? found : [];
}

/** Tells whether a column's name is a training score's or setting's, not an evaluation's. */
export function isOfTraining(column: string): boolean {
  return /^train([_./]|$)/i.test(column.trim()) || /[._/]train[._/]/i.test(column);
}

function placesOf(shape: ShapeName, field: Field, names: readonly string[], groupColumn = "group"): number[] {
  const others = namesOf(shape, field);
  const own = field === "group" ? groupColumn : field;
  if (shape !== "runs") {
    if (own === noGroups) return [];
    const places = placesLike(names, [own], ["written", "case"]);
    return places.length > 0 ? places : placesLike(names, others, ["case"]);
  }
  // Training columns are skipped: trackers log each step's rate, too.
  const isOther = (place: number): boolean =>
    field === "time" || field === "start" || !isOfTraining(names[place]!);
  const inTurn = others.map((name) => placesLike(names, [name], ["end"]).filter(isOther));
  return inTurn.find(({ length }) => length > 0) ?? [];
}

/** Cells by field; an unreadable cell stays as it was, for messages. */
export type Cells = { readonly [F in Field]?: unknown };

/** Makes a reader of a row's cells by field; `at` gives the cell at a column's index. With `comma`, 0,5 is a number. */
export function readerOf(places: Places, comma = false): (at: (place: number) => unknown) => Cells {
  const found = Object.entries(places).map(([field, place]) => ({
    ...{ field, place, cell: undefined as unknown, value: undefined as unknown },
    read: readCell[columns[field as Field].kind],
  }));
  return (at) => {
    const row: Record<string, unknown> = {};
    for (const column of found) {
      const cell = at(column.place);
      // Ranks and seeds are the same in thousands of rows.
      if (cell !== column.cell) {
        column.cell = cell;
        column.value = column.read(cell, comma);
      }
      row[column.field] = column.value;
    }
    return row;
  };
}
