import { parquetSchema } from "hyparquet";

/**
 * Compares what a footer counts of each column with its schema, and with the pages that `onPage` is told of. The reader
 * compares neither, and makes other values of a damaged file. Throws a plain error; `assertRead` does once all is read.
 */
export function checkedClaims(metadata) {
  const left = { rows: Number(metadata.num_rows), values: 0 };
  const leaves = leavesOf(parquetSchema(metadata));
  const columns = new Map(leaves.map((leaf) => [nameOf(leaf.path), { ...leaf, ...left }]));
  for (const { columns: chunks, num_rows: rows } of metadata.row_groups)
    for (const { meta_data: chunk } of chunks) {
      const name = nameOf(chunk.path_in_schema);
      const { path, element, isList } = columns.get(name) ?? {};
      const { num_values: places, size_statistics: sizes, statistics } = chunk;
      if (element?.type !== chunk.type || (isList ? places < rows : places !== rows))
        throw new Error(`${name} must have the type and the rows of its table`);
      // Old writers count the nulls of nested columns otherwise, and JSON has a null of its own.
      const nulls = path.length > 1 || isList ? undefined : statistics?.null_count;
      const values =
        sizes?.definition_level_histogram?.at(-1) ?? (nulls === undefined ? Number.NaN : places - nulls);
      columns.get(name).values += element.converted_type === "JSON" ? Number.NaN : Number(values);
    }
  return {
    onPage({ pathInSchema, columnData }) {
      const column = columns.get(nameOf(pathInSchema));
      column.rows -= columnData.length;
      column.values -= valuesIn(columnData);
    },
    assertRead() {
      for (const [name, { rows, values }] of columns)
        if (rows !== 0 || values < 0 || values > 0)
          throw new Error(`${name} must hold as many rows and values as the file counts`);
    },
  };
}

const nameOf = (path) => path.join(" > ");

/** The columns that hold values. */
function leavesOf({ children, element, path }, isListAbove = false) {
  if (new Set(children.map((child) => child.element.name)).size < children.length)
    throw new Error(`${nameOf(path) || "it"} must have columns of different names`);
  if (path.length > (children.length > 0 ? 0 : 1) && element.repetition_type === undefined)
    throw new Error(`${nameOf(path)} must be required, optional or repeated`);
  const isList = isListAbove || element.repetition_type === "REPEATED";
  return children.length > 0
    ? children.flatMap((child) => leavesOf(child, isList))
    : [{ path, element, isList }];
}

/** Number of values that are not null, in lists too. */
function valuesIn(list) {
  let count = 0;
  for (const value of list) count += Array.isArray(value) ? valuesIn(value) : value == null ? 0 : 1;
  return count;
}
