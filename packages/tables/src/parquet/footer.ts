import { type ColumnMetaData, type FileMetaData, parquetMetadata, type SchemaElement } from "hyparquet";
import { assertWhole, byteAt, varintAt, viewOf } from "./numbers.ts";

// hyparquet loops and allocates by what a file says of itself. What is checked here, it can rely on.

const MOST_DEPTH = 64;
/** Thrift structs of a footer: about ten for a chunk of a column. */
const MOST_STRUCTS = 2_000_000;
/** The reader looks for each column among all of a group, and for each chunk among all groups. */
const MOST_COLUMNS = 2_000;
const MOST_GROUPS = 20_000;
const MOST_CHUNKS = 200_000;
/** Parquet's widest decimals have 32 bytes; a number of n bytes is read in n² steps. */
const MOST_DECIMAL_BYTES = 32;
const MOST_DECIMAL_DIGITS = 76;
/** Types whose own encodings the reader trusts: their columns are read as the bytes that they are. */
const OPAQUE: ReadonlySet<string | undefined> = new Set(["GEOMETRY", "GEOGRAPHY", "VARIANT"]);

const MAGIC = "PAR1";
/** Bytes of a Parquet file around its footer: `PAR1` before it, behind it its length and `PAR1`. */
export const FRAME_BYTES = 12;
const TAIL_BYTES = 8; // the length of the footer, then MAGIC

/** A column that holds values. */
export interface Leaf {
  readonly path: readonly string[];
  readonly element: SchemaElement;
  /** Number of elements above, and itself, that may be absent. */
  readonly maxDefinition: number;
  /** Number of them that are lists. */
  readonly maxRepetition: number;
}

/** A column's part of a row group. */
export interface Chunk {
  readonly leaf: Leaf;
  readonly column: ColumnMetaData;
  readonly rows: number;
  readonly bytes: Uint8Array;
}

/** The metadata of a file, with its chunks in the order of the file's groups. Throws an error for a claim that cannot hold. */
export function checkedFooter(bytes: Uint8Array): { metadata: FileMetaData; chunks: readonly Chunk[] } {
  const metadata = parquetMetadata(footerWithoutStatistics(bytes), { geoparquet: false });
  const leaves = leavesOf(metadata.schema);
  for (const element of metadata.schema)
    if (OPAQUE.has(element.logical_type?.type)) delete element.logical_type;
  return { metadata, chunks: checkedChunks(metadata, leaves, bytes) };
}

/** Top columns of a footer, with the {@link FRAME_BYTES} around it. Throws an error for one that is damaged. */
export function footerColumns(footer: Uint8Array): string[] {
  const { schema } = parquetMetadata(footerWithoutStatistics(footer), { geoparquet: false });
  return [...new Set(leavesOf(schema).map(({ path }) => path[0]!))];
}

/** The length that the last bytes of a file name, in bytes. Throws an error for those of another kind of file. */
export function footerLength(tail: Uint8Array): number {
  const magic = String.fromCharCode(...tail.subarray(-MAGIC.length));
  if (tail.length < TAIL_BYTES || magic !== MAGIC) throw new Error(`it must end with ${MAGIC}`);
  return viewOf(tail).getUint32(tail.length - TAIL_BYTES, true);
}

/** Statistics are not used, and the reader converts them by types that are not checked yet: each becomes an empty struct. */
function footerWithoutStatistics(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - TAIL_BYTES;
  const length = assertWhole("the footer's length", footerLength(bytes), 1, end - MAGIC.length);
  const statistics: [start: number, end: number][] = [];
  const reader = new ThriftWalk(bytes.subarray(0, end), { left: MOST_STRUCTS });
  // FileMetaData.row_groups, RowGroup.columns, ColumnChunk.meta_data, ColumnMetaData.statistics
  reader.endOfStruct(end - length, [4, 1, 3, 12], (...span) => statistics.push(span));
  const parts: Uint8Array[] = [];
  let from = end - length;
  for (const [start, behind] of statistics) {
    parts.push(bytes.subarray(from, start), Uint8Array.of(0));
    from = behind;
  }
  parts.push(bytes.subarray(from, end));
  const footer = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0) + TAIL_BYTES);
  let at = 0;
  for (const part of parts) {
    footer.set(part, at);
    at += part.length;
  }
  new DataView(footer.buffer).setUint32(at, at, true);
  footer.set(bytes.subarray(-MAGIC.length), at + 4);
  return footer;
}

/** Thrift's compact protocol, walked as hyparquet reads it, so that no list is longer than its bytes and no struct deep. */
export class ThriftWalk {
  readonly #bytes: Uint8Array;
  readonly #budget: { left: number };

  constructor(bytes: Uint8Array, budget: { left: number }) {
    this.#bytes = bytes;
    this.#budget = budget;
  }

  /** Returns where the struct at `at` ends. Calls `onStruct` for each struct that the fields of `path` lead to. */
  endOfStruct(
    at: number,
    path: readonly number[] = [],
    onStruct: (start: number, end: number) => void = () => {},
    depth = 0,
  ): number {
    assertWhole("the depth of a Thrift struct", depth, 0, MOST_DEPTH);
    if (--this.#budget.left < 0) throw new Error(`it must have at most ${MOST_STRUCTS} Thrift structs`);
    let field = 0;
    for (;;) {
      const header = byteAt(this.#bytes, at++);
      if ((header & 15) === 0) return at;
      if (header >> 4 > 0) field += header >> 4;
      else {
        const [zigzag, end] = varintAt(this.#bytes, at);
        [field, at] = [zigzag / 2, end];
      }
      at = this.#endOfValue(
        header & 15,
        at,
        field === path[0] ? path.slice(1) : undefined,
        onStruct,
        depth + 1,
      );
    }
  }

  #endOfValue(
    type: number,
    at: number,
    path: readonly number[] | undefined,
    onStruct: (start: number, end: number) => void,
    depth: number,
  ): number {
    if (type === 1 || type === 2) return at; // true and false are in the type
    if (type === 3) return at + 1;
    if (type >= 4 && type <= 6) return varintAt(this.#bytes, at)[1];
    if (type === 7) return at + 8;
    if (type === 8) {
      const [length, start] = varintAt(this.#bytes, at);
      return start + assertWhole("the length of a Thrift string", length, 0, this.#bytes.length - start);
    }
    if (type === 12) {
      const end = this.endOfStruct(at, path, onStruct, depth);
      if (path?.length === 0) onStruct(at, end);
      return end;
    }
    if (type !== 9) throw new Error(`the type of a Thrift field must be 1 to 9 or 12, got ${type}`);
    const header = byteAt(this.#bytes, at++);
    let length = header >> 4;
    if (length === 15) [length, at] = varintAt(this.#bytes, at);
    assertWhole("the length of a Thrift list", length, 0, this.#bytes.length - at);
    const each = header & 15;
    for (let i = 0; i < length; i++) at = this.#endOfValue(each <= 2 ? 3 : each, at, path, onStruct, depth);
    return at;
  }
}

/** The leaves of the tree that the list of elements writes down, parents first. */
function leavesOf(schema: readonly SchemaElement[]): Leaf[] {
  const leaves: Leaf[] = [];
  let next = 0;
  const visit = (parents: readonly string[], definition: number, repetition: number): string => {
    assertWhole("the depth of the schema", parents.length, 0, MOST_DEPTH);
    const element = schema[next];
    if (element === undefined) throw new Error("the schema must hold the children that it counts");
    const isRoot = next++ === 0;
    const { name, type, repetition_type: kind, num_children: children = 0 } = element;
    if (typeof name !== "string" || name === "__proto__")
      throw new Error(`the name of a column must be a text other than __proto__, got ${name}`);
    const path = isRoot ? [] : [...parents, name];
    const called = isRoot ? "the root" : path.join(".");
    if (isRoot ? kind === "REPEATED" : kind === undefined)
      throw new Error(`the repetition of ${called} must be known, got ${kind}`);
    assertWhole(`num_children of ${called}`, children, isRoot ? 1 : 0, schema.length - next);
    if (children > 0 === (type !== undefined))
      throw new Error(`${called} must have either a type or children, got ${type} and ${children}`);
    const maxDefinition = definition + (isRoot || kind === "REQUIRED" ? 0 : 1);
    const maxRepetition = repetition + (kind === "REPEATED" ? 1 : 0);
    if (children === 0) {
      assertLength(called, element);
      leaves.push({ path, element, maxDefinition, maxRepetition });
    }
    const names = new Set<string>();
    for (let i = 0; i < children; i++) names.add(visit(path, maxDefinition, maxRepetition));
    if (names.size < children) throw new Error(`the columns of ${called} must have ${children} names`);
    return name;
  };
  visit([], 0, 0);
  if (next < schema.length) throw new Error(`the schema must be one tree, got ${schema.length - next} more`);
  assertWhole("the number of columns", leaves.length, 1, MOST_COLUMNS);
  return leaves;
}

function assertLength(called: string, element: SchemaElement): void {
  const { type, type_length: length, logical_type: logical, converted_type: converted } = element;
  if (converted === "DECIMAL") assertWhole(`scale of ${called}`, element.scale ?? 0, 0, MOST_DECIMAL_DIGITS);
  if (logical?.type === "UUID" && !(type === "FIXED_LEN_BYTE_ARRAY" && length === 16))
    throw new Error(`${called} must have 16 bytes as a UUID, got ${type} of ${length}`);
  if (type === "FIXED_LEN_BYTE_ARRAY")
    assertWhole(`type_length of ${called}`, length, 1, mostBytesOf(element));
}

/** The longest value that a column may hold. */
export function mostBytesOf({ converted_type: converted }: SchemaElement): number {
  return converted === "DECIMAL" ? MOST_DECIMAL_BYTES : 2 ** 31 - 1;
}

function checkedChunks(
  { row_groups: groups, num_rows: totalRows }: FileMetaData,
  leaves: readonly Leaf[],
  bytes: Uint8Array,
): Chunk[] {
  assertWhole(
    "the number of row groups",
    groups.length,
    0,
    Math.min(MOST_GROUPS, MOST_CHUNKS / leaves.length),
  );
  const most = assertWhole("num_rows", totalRows, 0, Number.MAX_SAFE_INTEGER, "bigint");
  const chunks: Chunk[] = [];
  let rowsSoFar = 0;
  for (const { columns, num_rows: groupRows } of groups) {
    const rows = assertWhole("num_rows of a group", groupRows, 0, most - rowsSoFar, "bigint");
    rowsSoFar += rows;
    assertWhole("the number of columns of a group", columns.length, leaves.length, leaves.length);
    for (const [i, { meta_data: column, file_path: elsewhere }] of columns.entries()) {
      const leaf = leaves[i]!;
      const called = leaf.path.join(".");
      if (column === undefined || elsewhere !== undefined)
        throw new Error(`the data of ${called} must be in the file`);
      const { path_in_schema: path, type, num_values: values } = column;
      if (path.length !== leaf.path.length || path.some((name, at) => name !== leaf.path[at]))
        throw new Error(`column ${i + 1} of a group must be ${called}, got ${path.join(".")}`);
      if (type !== leaf.element.type)
        throw new Error(`the type of ${called} must be ${leaf.element.type}, got ${type}`);
      assertWhole(
        `num_values of ${called}`,
        values,
        rows,
        leaf.maxRepetition > 0 ? 2 ** 31 - 1 : rows,
        "bigint",
      );
      if (rows === 0) continue; // the reader leaves it out too
      const { dictionary_page_offset: dictionaryOffset, data_page_offset: dataOffset } = column;
      const from = dictionaryOffset === undefined || dictionaryOffset === 0n ? dataOffset : dictionaryOffset;
      const start = assertWhole(`the start of ${called}`, from, 0, bytes.length, "bigint");
      const size = column.total_compressed_size;
      const length = assertWhole(`the size of ${called}`, size, 0, bytes.length - start, "bigint");
      chunks.push({ leaf, column, rows, bytes: bytes.subarray(start, start + length) });
    }
  }
  assertWhole("num_rows", totalRows, rowsSoFar, rowsSoFar, "bigint");
  const inOrder = [...chunks].sort((a, b) => a.bytes.byteOffset - b.bytes.byteOffset);
  let end = 0;
  for (const { leaf, bytes } of inOrder) {
    if (bytes.byteOffset < end)
      throw new Error(`${leaf.path.join(".")} must begin where another column ends`);
    end = bytes.byteOffset + bytes.length;
  }
  return chunks;
}
