import type { Quote } from "./quoted-cells.ts";
import type { Delimiter } from "./separators.ts";
import type { TextEncoding } from "./text-encoding.ts";

/** Settings in place of those detected in a data file. */
export interface ReadOptions {
  /** Text encoding. (default: by the bytes: UTF-8, UTF-16 or else Windows-1252) */
  readonly encoding?: TextEncoding | undefined;
  /** Cell delimiter; `tab` is a tabulator. (default: by the header) */
  readonly delimiter?: Delimiter | undefined;
  /** Quotes around cells. (default: `double`) */
  readonly quote?: Quote | undefined;
  /** Columns named by options, which help to find the delimiter. */
  readonly columns?: readonly string[] | undefined;
  /** Callback for notes on how a file was read: not as UTF-8, or with another delimiter than commas. */
  readonly onNote?: ((note: string) => void) | undefined;
  /** Option name in errors and notes. (default: the name here) */
  readonly optionName?: ((option: string) => string) | undefined;
}

export type FileKind = "separated" | "tabs" | "lines" | "json" | "parquet";

export type TextKind = Exclude<FileKind, "parquet">;
