import { columnsOf } from "./columns.ts";
import { jsonLines, jsonRows, type ReadRange } from "./rows.ts";
import { kindOf } from "./table-file.ts";
import { decodeText } from "./text-encoding.ts";

/** Bytes searched for columns, at the file's head. */
const HEAD_BYTES = 2 ** 20;

/**
 * Columns, in order, from the first MiB of a text or a Parquet file's footer; misses columns that only later JSON rows
 * have.
 *
 * @throws InputError E_DATA for a file that is not what its name says; an error for Parquet that cannot be read.
 */
export async function tableColumns(path: string, byteLength: number, read: ReadRange): Promise<string[]> {
  const kind = kindOf(path);
  if (kind === "parquet") return (await import("./parquet/file.ts")).parquetColumns(byteLength, read);
  const head = await read(0, Math.min(byteLength, HEAD_BYTES));
  const { text } = decodeText(
    head.length < byteLength ? wholeLines(head) : head,
    path,
    undefined,
    "encoding",
  );
  if (kind === "separated" || kind === "tabs")
    return (await import("./separated-text.ts")).separatedColumns(text, kind);
  if (kind === "lines") return columnsOf(jsonLines(path, text));
  return columnsOf(jsonRows(path, head.length < byteLength ? wholeObjects(text) : text));
}

/** Bytes up to the last line end, one or two bytes long; without any, up to a whole UTF-8 and UTF-16 character. */
function wholeLines(bytes: Uint8Array): Uint8Array {
  const end = bytes.lastIndexOf(0x0a);
  if (end !== -1) return bytes.subarray(0, end + (bytes[end + 1] === 0 ? 2 : 1));
  const ascii = bytes.findLastIndex((byte) => byte < 0x80) + 1;
  return bytes.subarray(0, ascii - (ascii % 2));
}

/** Cut JSON up to the last whole object, with the list closed. */
function wholeObjects(text: string): string {
  const open: string[] = [];
  let end = 0;
  let closers = "";
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|[[\]{}]/gs)) {
    if (token === "[" || token === "{") open.push(token === "[" ? "]" : "}");
    else if (token === "]" || token === "}") {
      open.pop();
      const isRow = token === "}" && (open.length < 2 || (open.length === 2 && open[1] === "]"));
      if (isRow) [end, closers] = [index + 1, open.toReversed().join("")];
    }
  }
  return text.slice(0, end) + closers;
}
