import { writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SweepConfig } from "@lorank/sweep";
import { writeToySweep } from "../../../../packages/sweep/bench/toy-sweep.ts";
import { mixedTexts } from "./mixed-texts.ts";
import { runLorank, runNode, type Used } from "./run-command.ts";
import { type OutcomeColumn, outcomeRows, scoreRows } from "./table-rows.ts";

/** A command, as the plot names it, and what runs it once. */
export type Commands = Readonly<Record<string, () => Used>>;

/** One thing that grows. */
export interface ScaleCase {
  /** What is counted. */
  readonly unit: string;
  /** Three sizes, each twice the one before. */
  readonly sizes: readonly [number, number, number];
  /** Writes the inputs of one size into an empty folder. */
  readonly make: (size: number, folder: string) => Promise<Commands>;
}

const RANKS_OF_SWEEP = 25;
const SEEDS_OF_SCORES = 50;

export const scaleCases: Readonly<Record<string, ScaleCase>> = {
  trials: {
    unit: "trials",
    sizes: [250, 500, 1000],
    make: async (trials, folder) => finishedSweep(trials, folder),
  },
  ranks: {
    unit: `ranks, ${SEEDS_OF_SCORES} seeds of each`,
    sizes: [50, 100, 200],
    make: (ranks, folder) => verdictOn(join(folder, "scores.csv"), scoreRows(ranks, SEEDS_OF_SCORES)),
  },
  seeds: {
    unit: "seeds of 200 ranks",
    sizes: [15, 30, 60],
    make: (seeds, folder) => verdictOn(join(folder, "scores.csv"), scoreRows(200, seeds)),
  },
  outcomes: outcomesCase("csv", []),
  "outcomes-labels": outcomesCase("csv", ["logLoss", "label"]),
  "outcomes-jsonl": outcomesCase("jsonl", ["logLoss", "label"]),
  texts: {
    unit: "texts of 60 words",
    sizes: [25_000, 50_000, 100_000],
    make: async (texts, folder) => {
      const data = join(folder, "texts.jsonl");
      await writeFile(data, mixedTexts(texts, 60));
      const prepare = fileURLToPath(new URL("./prepare-texts.ts", import.meta.url));
      const source = ["--conditions=@lorank/source", "--import", import.meta.resolve("tsx"), prepare];
      return {
        plan: () => runLorank(["plan", "--data", data, "--json"]),
        "read, split and tokenise": () => runNode([...source, data]),
      };
    },
  },
};

function outcomesCase(form: "csv" | "jsonl", columns: readonly OutcomeColumn[]): ScaleCase {
  return {
    unit: `rows of ${form === "csv" ? "CSV" : "JSON Lines"}${columns.length > 0 ? ` with ${columns.join(" and ")}` : ""}`,
    sizes: [1_250_000, 2_500_000, 5_000_000],
    make: (rows, folder) => verdictOn(join(folder, `outcomes.${form}`), outcomeRows(rows, form, columns)),
  };
}

async function verdictOn(table: string, rows: Iterable<string>): Promise<Commands> {
  await writeFile(table, rows);
  return { verdict: () => runLorank(["verdict", table, "--json"]) };
}

/** A sweep of 25 ranks with 872 validation examples and 200 loss points a trial. All trials are finished. */
function finishedSweep(trials: number, folder: string): Commands {
  const data = join(folder, "texts.csv");
  const out = join(folder, "sweep");
  const texts = (count: number, part: string) =>
    Array.from({ length: count }, (_, i) => `${part} text ${i},${i % 2 ? "spam" : "ham"},${part}\n`);
  writeFileSync(data, ["text,label,split\n", ...texts(40, "train"), ...texts(872, "validation")].join(""));
  const seeds = trials / RANKS_OF_SWEEP;
  const ranks = Array.from({ length: RANKS_OF_SWEEP }, (_, i) => i + 1).join();
  const sweep = ["sweep", "--data", data, "--ranks", ranks, "--seeds", `${seeds}`, "--out", out];
  const planned = JSON.parse(runLorank([...sweep, "--dry-run", "--json"]).stdout) as { config: SweepConfig };
  writeToySweep(out, planned.config);
  runLorank(sweep); // writes results.json, which the others read
  return {
    status: () => runLorank(["status", out]),
    report: () => runLorank(["report", out]),
    verdict: () => runLorank(["verdict", out]),
    "sweep, nothing to do": () => runLorank(sweep),
  };
}
