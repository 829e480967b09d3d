import { allMetrics, figure, metrics, scoreIn } from "@lorank/core/results";
import type { SweepStatus, TrialStatus } from "@lorank/sweep";
import { type Column, renderTable } from "../table.ts";

/** A trial in a word or two, as a cell of the table. */
export function cellWords(trial: TrialStatus, metric: SweepStatus["metric"]): string {
  switch (trial.state) {
    case "done": {
      if (trial.status === "diverged") return "diverged";
      if (trial.status === "out-of-memory") return "no memory";
      const known = [metrics[metric], ...allMetrics].find((by) => scoreIn(trial, by) !== undefined);
      return known === undefined ? "done" : figure(scoreIn(trial, known)!, known) + known.suffix;
    }
    case "running": {
      if (trial.evaluating !== undefined) return "eval";
      const { resumedFrom, steps, step = resumedFrom } = trial;
      return step === undefined || steps === undefined ? "run" : `run ${Math.floor((100 * step) / steps)}%`;
    }
    case "cancelled":
      return "left out";
    case "waiting":
      return "wait";
    case "not-asked":
      return "-";
    default:
      return trial.state;
  }
}

const marks: Record<TrialStatus["state"], string> = {
  done: "#",
  running: ">",
  failed: "!",
  lost: "?",
  waiting: ".",
  cancelled: "x",
  "not-asked": "-",
};

const legend =
  "# done  D diverged  M out of memory  > running  ! failed  ? lost  . waiting  x left out  - not asked for";

/**
 * Ranks × seeds with a word or two for each trial; where that is wider than `columns`, with a mark for each, in the order of
 * the seeds.
 */
export function statusTable(
  { ranks, seeds, trials, metric }: Pick<SweepStatus, "ranks" | "seeds" | "trials" | "metric">,
  columns: number,
): string {
  const compared = trials.filter(({ variant }) => variant === undefined);
  const byPlace = new Map(compared.map((trial) => [`${trial.rank} ${trial.seed}`, trial]));
  const at = (rank: number, seed: number) => byPlace.get(`${rank} ${seed}`)!;
  const rankColumn: Column<number> = { title: "rank", cell: String };
  const words = renderTable<number>(
    [
      rankColumn,
      ...seeds.map((seed) => ({
        title: `s${seed}`,
        cell: (rank: number) => cellWords(at(rank, seed), metric),
      })),
    ],
    ranks,
  );
  if (words.split("\n").every((line) => line.length <= columns)) return words;
  const short = renderTable<number>(
    [
      rankColumn,
      {
        title: `seeds ${seeds[0]} to ${seeds.at(-1)}`,
        align: "left",
        cell: (rank) => seeds.map((seed) => markOf(at(rank, seed))).join(""),
      },
      {
        title: "done",
        cell: (rank) =>
          `${seeds.filter((seed) => at(rank, seed).state === "done").length} of ${seeds.length}`,
      },
    ],
    ranks,
  );
  return `${short}\n\n${legend}`;
}

function markOf(trial: TrialStatus): string {
  if (trial.state !== "done" || trial.status === "completed") return marks[trial.state];
  return trial.status === "diverged" ? "D" : "M";
}
