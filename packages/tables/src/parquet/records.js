// Plain JavaScript: the process that tries a file first reads it with these functions too, and Node 20 reads no TypeScript.
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { checkedClaims } from "./claims.js";

const MOST_ROWS = 5_000_000;
/** Types whose own encodings the reader trusts: their columns are read as the bytes that they are. */
const OPAQUE = new Set(["GEOMETRY", "GEOGRAPHY", "VARIANT"]);

/** @type {typeof import("./records.d.ts").parquetRecords} */
export async function parquetRecords(bytes) {
  let failed = false;
  const file = {
    byteLength: bytes.byteLength,
    // One bad column is an error while others are still to come, and theirs would be nobody's to catch: they end here.
    slice: async (start, end) => {
      await nextTask();
      return failed ? new Promise(() => {}) : bytes.slice(start, end);
    },
  };
  try {
    const metadata = parquetMetadata(bytes, { geoparquet: false });
    for (const { name, logical_type } of metadata.schema) {
      if (name === "__proto__") throw new Error("the name of a column must not be __proto__");
      if (OPAQUE.has(logical_type?.type)) logical_type.type = undefined;
    }
    const groups = metadata.row_groups;
    const codecs = groups.flatMap(({ columns }) => columns.map(({ meta_data: column }) => column.codec));
    // Named columns are fetched in the order of the file, each byte once.
    const columns = groups[0]?.columns.map(({ meta_data: column }) => column.path_in_schema[0]);
    const rows = Number(metadata.num_rows);
    if (rows > MOST_ROWS) throw new Error(`it must have at most ${MOST_ROWS} rows, got ${rows}`);
    const compressors = await compressorsFor(new Set(codecs));
    const { onPage, assertRead } = checkedClaims(metadata);
    const options = { file, metadata, compressors, onPage, ...(columns && { columns }) };
    const records = await parquetReadObjects(options);
    if (records.length !== rows) throw new Error(`it must hold its ${rows} rows, got ${records.length}`);
    assertRead();
    return { metadata, records };
  } catch (error) {
    failed = true;
    throw error;
  }
}

/** Waits until everything that waits has gone on; browsers have no `setImmediate`. */
function nextTask() {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

const zlib = globalThis.process?.getBuiltinModule?.("zlib"); // absent in browsers
const BUILT_IN = new Set(["UNCOMPRESSED", "SNAPPY", ...(zlib ? ["GZIP", "BROTLI"] : [])]);

/** The package that takes WebAssembly's memory is loaded for the codecs alone that need it. */
async function compressorsFor(codecs) {
  const native = zlib && {
    GZIP: (input, length) => zlib.gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
    BROTLI: (input, length) => zlib.brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
  };
  if ([...codecs].every((codec) => BUILT_IN.has(codec))) return native ?? {};
  const { compressors, decompressZstd } = await import("hyparquet-compressors");
  const { SNAPPY: _, ...packaged } = compressors; // hyparquet's own compares lengths
  const ZSTD = (input, length) => {
    if (length > 64e6 + 100 * input.length) throw new Error(`a page must have fewer bytes, got ${length}`);
    // Without a buffer to fill, it takes the memory that the frame asks for.
    return decompressZstd(input, new Uint8Array(length));
  };
  return { ...packaged, ZSTD, ...native };
}
