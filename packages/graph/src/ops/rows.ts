import type { Value } from "../value.ts";
import { check, checkFloat, describe, makeValue } from "../value.ts";

function checkIndices(op: string, indices: Value): void {
  check(
    indices.dtype === "int64" && indices.shape.length === 1,
    () => `${op} needs int64 indices of one axis, got ${describe(indices)}`,
  );
}

/** Rows `indices` `[k]` of `table` `[n, width]`. Returns `[k, width]`. */
export function gatherRows(table: Value, indices: Value): Value {
  checkFloat("gatherRows", table);
  checkIndices("gatherRows", indices);
  check(table.shape.length === 2, () => `gatherRows needs a table [rows, width], got ${describe(table)}`);
  return makeValue("gatherRows", [table, indices], {}, [indices.shape[0]!, table.shape[1]!]);
}

/** Zeros `[rows, width]` to which row j of `updates` `[k, width]` is added at `indices[j]`. Adjoint of {@link gatherRows}. */
export function scatterAddRows(updates: Value, indices: Value, rows: number): Value {
  checkFloat("scatterAddRows", updates);
  checkIndices("scatterAddRows", indices);
  check(
    updates.shape.length === 2 && updates.shape[0] === indices.shape[0],
    () => `scatterAddRows needs one row an index, got ${describe(updates)} for ${describe(indices)}`,
  );
  return makeValue("scatterAddRows", [updates, indices], { rows }, [rows, updates.shape[1]!]);
}

/** Element `columns[i]` of row i of x `[n, width]`. Returns `[n]`. */
export function gatherColumns(x: Value, columns: Value): Value {
  checkColumns("gatherColumns", x, columns);
  return makeValue("gatherColumns", [x, columns], {}, [columns.shape[0]!]);
}

/** x `[n, width]` with `amounts[i]` added to element `columns[i]` of row i. Adjoint of {@link gatherColumns} in `amounts`. */
export function addToColumns(x: Value, columns: Value, amounts: Value): Value {
  checkColumns("addToColumns", x, columns);
  checkFloat("addToColumns", amounts);
  check(
    amounts.shape.length === 1 && amounts.shape[0] === columns.shape[0],
    () => `addToColumns needs one amount a row, got ${describe(amounts)} for ${describe(columns)}`,
  );
  return makeValue("addToColumns", [x, columns, amounts], {}, x.shape);
}

function checkColumns(op: string, x: Value, columns: Value): void {
  checkFloat(op, x);
  checkIndices(op, columns);
  check(
    x.shape.length === 2 && x.shape[0] === columns.shape[0],
    () => `${op} needs one column a row, got ${describe(columns)} for ${describe(x)}`,
  );
}

/** Index of the largest element along the last axis, the first of equals. Returns int64. Has no gradient. */
export function argMax(x: Value): Value {
  checkFloat("argMax", x);
  check(x.shape.length > 0, () => `argMax needs at least one axis, got ${describe(x)}`);
  return makeValue("argMax", [x], {}, x.shape.slice(0, -1), "int64");
}
