/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Interval } from "@lorank/evidence/results";
import type { ComponentChildren } from "preact";
import { NONE } from "../format.ts";
import type { ShownMetric } from "../metric.ts";

export interface TableColumn {
  readonly head: string;
  /** Second header line: unit or condition. */
  readonly under?: string;
  /** Unit in a CSV file, where the head does not say it. */
  readonly unit?: string;
  /** Marks a column of words, aligned left. */
  readonly words?: boolean;
  /** Marks a column left out where no row has a value. */
  readonly optional?: boolean;
}

export interface TableRow {
  readonly key: string | number;
  /** Cells of the row; the first is its header. */
  readonly cells: readonly TableCell[];
  readonly strong?: boolean;
  /** Marks a row of totals, which sorting leaves below the rows it sums. */
  readonly foot?: boolean;
}

/** Table cell: a line of text, a value with a line under it, or anything else. */
export type TableCell =
  | string
  | { readonly id?: string; readonly content: ComponentChildren }
  | {
      readonly main: string;
      readonly under?: string;
      /** Numbers in the cell, unrounded, for CSV: a value, an interval's ends, or both. */
      readonly raw?: readonly number[];
    };

/** Table in a region that scrolls sideways, by keyboard too. */
export function DataTable(props: {
  readonly class?: string;
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}) {
  const { caption } = props;
  const isShown = (column: TableColumn, index: number): boolean =>
    column.optional !== true || props.rows.some(({ cells }) => cells[index] !== NONE);
  const shown = props.columns.map(isShown);
  const columns = props.columns.filter((_, index) => shown[index]);
  const rows = props.rows.map((row) => ({ ...row, cells: row.cells.filter((_, index) => shown[index]) }));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section class="scroll" aria-label={caption} tabIndex={0}>
      <table class={props.class}>
        <caption>
          <span>{caption}</span>
        </caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.head}
                scope="col"
                class={column.words ? "words" : undefined}
                data-unit={column.unit}
              >
                {column.head}
                {column.under && [" ", <span class="under">{column.under}</span>]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{rows.filter(({ foot }) => !foot).map(tableRow)}</tbody>
        {rows.some(({ foot }) => foot) && <tfoot>{rows.filter(({ foot }) => foot).map(tableRow)}</tfoot>}
      </table>
    </section>
  );

  function tableRow(row: TableRow) {
    return (
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
    );
  }
}

function BodyCell(props: {
  readonly cell: TableCell;
  readonly isHead: boolean;
  readonly words: boolean | undefined;
}) {
  if (typeof props.cell === "object" && "content" in props.cell)
    return <td id={props.cell.id}>{props.cell.content}</td>;
  const { main, under, raw = [] } = typeof props.cell === "string" ? { main: props.cell } : props.cell;
  const content = !under ? main : [main, " ", <span class="under">{under}</span>];
  // Plain numbers are read off the text by the page's script.
  const isPlain = raw.length === 1 && main.replaceAll(",", "") === String(raw[0]);
  const attributes = {
    class: props.words ? "words" : undefined,
    "data-raw": raw.length === 0 || isPlain ? undefined : raw.map(sixDigits).join(" "),
  };
  return props.isHead ? (
    <th scope="row" {...attributes}>
      {content}
    </th>
  ) : (
    <td {...attributes}>{content}</td>
  );
}

function sixDigits(value: number): number {
  return Number(value.toPrecision(6));
}

/** Table folded away below a chart or a sentence. */
export function Twin(props: { readonly of: string; readonly children: ComponentChildren }) {
  return (
    <details>
      <summary>{props.of}</summary>
      {props.children}
    </details>
  );
}

/** Table cell for a number, formatted by `write`, in CSV times `scale`; {@link NONE} where there is none. */
export function numberCell(value: number | undefined, write: (x: number) => string, scale = 1): TableCell {
  return value === undefined || !Number.isFinite(value) ? NONE : { main: write(value), raw: [scale * value] };
}

export function scoreCell(
  metric: ShownMetric,
  found: { readonly mean: number; readonly interval: Interval } | undefined,
): TableCell {
  if (found === undefined) return NONE;
  const { mean, interval } = found;
  return {
    main: metric.value(mean),
    under: metric.interval(interval),
    raw: scaled(metric, mean, ...interval),
  };
}

export function differenceCell(
  metric: ShownMetric,
  difference: number | undefined,
  interval: Interval | undefined,
): TableCell {
  if (difference === undefined) return NONE;
  const main = metric.difference(difference);
  return interval === undefined
    ? { main, under: "no interval", raw: scaled(metric, difference) }
    : { main, under: metric.differenceInterval(interval), raw: scaled(metric, difference, ...interval) };
}

/** Metric values for CSV files: in percent or points where the metric is a share. */
export function scaled(metric: ShownMetric, ...values: readonly number[]): number[] {
  return values.map((value) => value * metric.scale);
}
