export {
  columnsOf,
  endOf,
  type Likeness,
  placesLike,
  plainName,
  usualColumns,
} from "./columns.ts";
export type { Quote } from "./quoted-cells.ts";
export type { ReadOptions } from "./read-options.ts";
export { listRows, type ReadData, type ReadRange, type Row, standardInput } from "./rows.ts";
export { type Delimiter, namedSeparator } from "./separators.ts";
export { tableColumns } from "./table-columns.ts";
export { tableRows } from "./table-file.ts";
export { pieceDecoder, type TextEncoding } from "./text-encoding.ts";
