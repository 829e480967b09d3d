import { readCell } from "../../columns/cells.ts";
import { valueColumns } from "../../columns/outcome-columns.ts";
import { columnsOf } from "../../columns/shapes.ts";
import type { ChosenRows } from "../../schema/types.ts";
import {
  type ArmsOfRows,
  averagedUse,
  namedColumn,
  type RowArms,
  type RowChoices,
  RowFilter,
  type TakenColumns,
  valueIn,
} from "./row-choices.ts";
import type { ChosenCells, Rows } from "./rows.ts";
import { type SecondaryColumn, secondaryColumns } from "./secondary-columns.ts";
import { taskCells } from "./suite.ts";

function takenInOutcomes(columns: readonly string[]): TakenColumns {
  const uses = [
    ["seed", "seed"],
    ["example", "example"],
    ...valueColumns.map(([field]) => [field, "outcome"] as const),
  ] as const;
  return new Map(
    uses.flatMap(([field, use]) => columnsOf("outcomes", [field], columns).map((one) => [one, use])),
  );
}

/** Empties an example's label and group if their columns name arms: `group`, as in an experiment. */
function withoutNames(own: readonly string[], columns: readonly string[]): ChosenCells {
  const named = (["label", "group"] as const).filter((field) =>
    columnsOf("outcomes", [field], columns).some((column) => own.includes(column)),
  );
  return Object.fromEntries(named.map((field) => [field, undefined]));
}

/** Chooses rows; columns are known from the first row. */
export class RowChooser {
  /** Filters and averaging of rows; absent if all rows are read, each by itself. */
  readonly choose: Rows["choose"];
  #filter: RowFilter | undefined;

  constructor(choices: RowChoices & ArmsOfRows, source: string) {
    const { where = [], averageOver, arms, secondary = [], suite } = choices;
    const isAll = [averageOver, arms, suite, where[0]].every((choice) => choice === undefined);
    if (isAll && secondary.length === 0) return;
    let ofSecondary: readonly SecondaryColumn[] = [];
    let column: string | undefined;
    let armIn: ReturnType<RowArms["rowReader"]>;
    let notNames: ChosenCells = {};
    let taskIn: ReturnType<typeof taskCells> | undefined;
    this.choose = (columns, cellIn) => {
      if (this.#filter === undefined) {
        this.#filter = new RowFilter(choices, columns, source);
        column = averageOver && namedColumn("--average-over", averageOver, columns, source);
        armIn = arms?.rowReader(
          columns,
          source,
          new Map([...takenInOutcomes(columns), ...averagedUse(column)]),
        );
        taskIn = suite && taskCells(suite, columns, source, takenInOutcomes(columns));
        ofSecondary = secondaryColumns(secondary, columns, source, takenInOutcomes(columns));
        if (armIn !== undefined) notNames = withoutNames(arms!.ownColumns(columns, source), columns);
      }
      if (!this.#filter.keeps(cellIn)) return undefined;
      const arm = { ...(armIn && { rank: armIn(cellIn), ...notNames }), ...taskIn?.(cellIn) };
      const values = ofSecondary.map((one) => readCell.measured(cellIn(one.column), true));
      const chosen = values.length === 0 ? arm : { ...arm, secondary: values };
      return column === undefined ? chosen : { ...chosen, averaged: valueIn(cellIn(column)) };
    };
  }

  chosen(): Pick<ChosenRows, "where"> {
    return this.#filter?.chosen() ?? {};
  }
}
