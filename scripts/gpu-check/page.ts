/** The report of a check: what check.ts collects, and the same as a page of Markdown. */

export interface Row {
  /** What was done: `step webgpu smollm2-size float16`. */
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** Why there is no result. */
  readonly reason?: string | undefined;
  /** The result's numbers and texts, in the order of the columns. */
  readonly values?: Readonly<Record<string, string | number | null | undefined>>;
}

export interface Report {
  readonly commit: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly machine: Readonly<Record<string, string | number | undefined>>;
  /** Rows by the heading they stand under. */
  readonly sections: Readonly<Record<string, readonly Row[]>>;
}

export function page({ commit, startedAt, seconds, machine, sections }: Report): string {
  const lines = ["# GPU check", "", `${startedAt}, ${seconds.toFixed(0)} s, LoRAnk ${commit}.`, ""];
  lines.push(
    ...table(
      ["machine", ""],
      Object.entries(machine).map(([name, value]) => [name, text(value)]),
    ),
  );
  for (const [heading, rows] of Object.entries(sections)) {
    const columns = [...new Set(rows.flatMap(({ values = {} }) => Object.keys(values)))];
    lines.push("", `## ${heading}`, "");
    lines.push(
      ...table(
        ["", ...columns, "seconds", "outcome"],
        rows.map(({ name, ok, seconds: took, reason, values = {} }) => [
          name,
          ...columns.map((column) => text(values[column])),
          took.toFixed(1),
          ok ? "ok" : (reason ?? "not run"),
        ]),
      ),
    );
  }
  return `${lines.join("\n")}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

function text(value: string | number | null | undefined): string {
  if (typeof value !== "number") return value ?? "";
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential(1);
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 0);
}
