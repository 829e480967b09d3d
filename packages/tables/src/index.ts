export {
  columnsOf,
  endOf,
  type Likeness,
  placesLike,
  plainName,
  usualColumns,
} from "./columns.ts";
export type { Quote } from "./quoted-cells.ts";
export { listRows, type ReadData, type ReadRange, type Row, standardInput } from "./rows.ts";
export { tableColumns } from "./table-columns.ts";
export { type Delimiter, namedSeparator, type ReadOptions, tableRows } from "./table-file.ts";
export { pieceDecoder, type TextEncoding } from "./text-encoding.ts";
