/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import { NONE } from "../format.ts";

export interface Column {
  readonly head: string;
  /** A second, quieter line of the head: unit or condition. */
  readonly under?: string;
  /** Words instead of numbers: set flush left. */
  readonly words?: boolean;
  /** Left out where no row has a value. */
  readonly optional?: boolean;
}

export interface Row {
  readonly key: string | number;
  /** The first cell is the row's header. */
  readonly cells: readonly Cell[];
  readonly strong?: boolean;
}

/** One line, or a value with a quieter line under it. */
export type Cell = string | { readonly main: string; readonly under: string };

/** A table in a region that scrolls sideways, and by keyboard, where the page is narrow. */
export function DataTable(props: {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}) {
  const { caption } = props;
  const isShown = (column: Column, index: number): boolean =>
    column.optional !== true || props.rows.some(({ cells }) => cells[index] !== NONE);
  const shown = props.columns.map(isShown);
  const columns = props.columns.filter((_, index) => shown[index]);
  const rows = props.rows.map((row) => ({ ...row, cells: row.cells.filter((_, index) => shown[index]) }));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section class="scroll" aria-label={caption} tabIndex={0}>
      <table>
        <caption>
          <span>{caption}</span>
        </caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.head} scope="col" class={column.words ? "words" : undefined}>
                {column.head}
                {column.under && <span class="under">{column.under}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} class={row.strong ? "strong" : undefined}>
              {row.cells.map((cell, index) => (
                <BodyCell
                  key={columns[index]?.head ?? index}
                  cell={cell}
                  isHead={index === 0}
                  words={columns[index]?.words}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function BodyCell(props: {
  readonly cell: Cell;
  readonly isHead: boolean;
  readonly words: boolean | undefined;
}) {
  const { cell } = props;
  const content =
    typeof cell === "string" ? (
      cell
    ) : (
      <>
        {cell.main} <span class="under">{cell.under}</span>
      </>
    );
  const name = props.words ? "words" : undefined;
  return props.isHead ? (
    <th scope="row" class={name}>
      {content}
    </th>
  ) : (
    <td class={name}>{content}</td>
  );
}

/** A chart's numbers, folded away below it. */
export function Twin(props: { readonly of: string; readonly children: ComponentChildren }) {
  return (
    <details>
      <summary>{props.of}</summary>
      {props.children}
    </details>
  );
}
