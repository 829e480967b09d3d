import { readFileSync } from "node:fs";
import type { StackTraits } from "../../src/memory/stack.ts";
import type { Objective, StackSettings } from "../../src/memory.ts";

/** Rows of a CSV file in data/ by column name; cells in quotes hold commas, but no quotes or line ends. */
export function readCsv(name: string): Readonly<Record<string, string>>[] {
  const text = readFileSync(new URL(`../../data/${name}`, import.meta.url), "utf8");
  const [header, ...lines] = text.trimEnd().split("\n").map(cells);
  return lines.map((line) => Object.fromEntries(header!.map((column, i) => [column, line[i] ?? ""])));
}

/** Traits in which a run may differ from its stack. */
export type RunTraits = Partial<Pick<StackTraits, "autocast" | "expandsKeyValue" | "logitBytes">>;

/** Objective of a run other than supervised fine-tuning. */
type RunObjective = Partial<Pick<Objective, "completion" | "generations">> & {
  readonly objective?: Objective["name"];
};

type RowSettings = Partial<StackSettings> &
  RunObjective &
  Omit<RunTraits, "logitBytes"> & { readonly fullLogitBytes?: number };

const numbers: readonly string[] = ["fullLogitBytes", "completion", "generations"];

/** `name=value` pairs with spaces between them: settings, traits of the run, and its objective. */
export function readSettings(text: string): RowSettings {
  return Object.fromEntries(
    text
      .split(" ")
      .filter((pair) => pair !== "")
      .map((pair) => {
        const [name, value] = pair.split("=");
        if (numbers.includes(name!)) return [name, Number(value)];
        return [name, value === "true" ? true : value === "false" ? false : value];
      }),
  );
}

function cells(line: string): string[] {
  return Array.from(
    line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g),
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
}
