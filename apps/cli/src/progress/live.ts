import type { SweepTrialEvent } from "@lorank/sweep";
import { renderTable } from "../table.ts";
import { erased } from "../terminal.ts";
import { duration, plainText } from "../text.ts";
import type { Progress, Sink } from "./progress.ts";
import { isOfTrial, sweepWords, trialNews } from "./sweep-words.ts";
import { type EarlierTrial, type RankTally, type RunningTrial, runningEstimate, Tally } from "./tally.ts";

export interface LiveOptions {
  readonly ranks: readonly number[];
  readonly seeds: number;
  /** Trials that were done before this run. */
  readonly earlier?: readonly EarlierTrial[];
  readonly now?: () => number;
  readonly dim?: (text: string) => string;
}

const msBetweenFrames = 100;
const barCells = 12;

/** A small table that is drawn over itself: a row for each rank with its running estimate, then the time left. */
export function liveProgress(sink: Sink, options: LiveOptions): Progress {
  const { ranks, seeds, earlier, now = Date.now, dim = (text) => text } = options;
  const tally = new Tally(ranks, earlier, now);
  const startedAt = now();
  let drawnLines = 0;
  let lastFrame = Number.NEGATIVE_INFINITY;

  const erase = (): string => erased(drawnLines);
  const draw = (): void => {
    const lines = frame(tally, seeds, (now() - startedAt) / 1000).map((line) =>
      line.slice(0, sink.columns - 1),
    );
    const [title = "", ...rest] = lines;
    sink.write(`${erase()}${[dim(title), ...rest].join("\n")}\n`);
    drawnLines = lines.length;
    lastFrame = now();
  };
  // The clock goes on while a long step runs.
  const timer = setInterval(draw, 1000);
  timer.unref();
  const say = (text: string): void => {
    sink.write(`${erase()}${text}\n`);
    drawnLines = 0;
    draw();
  };
  return {
    report: (event) => {
      if (!isOfTrial(event)) return say(sweepWords(event));
      tally.add(event);
      const news = newsOf(event);
      if (news !== undefined) say(`rank ${event.rank}, seed ${event.seed}: ${plainText(news)}`);
      else if (now() - lastFrame >= msBetweenFrames) draw();
    },
    say,
    end: () => {
      clearInterval(timer);
      sink.write(erase());
      drawnLines = 0;
    },
  };
}

/** What stays above the table. */
function newsOf(event: SweepTrialEvent): string | undefined {
  switch (event.kind) {
    case "trial-retried":
      return `trying again: ${event.reason}`;
    case "trial-failed":
      return event.message;
    case "trial-progress":
      return trialNews(event.event);
    default:
      return undefined;
  }
}

function frame(tally: Tally, seeds: number, elapsedSeconds: number): string[] {
  const table = renderTable<RankTally>(
    [
      { title: "rank", cell: ({ rank }) => String(rank) },
      { title: "seeds", cell: ({ accuracies, diverged }) => `${accuracies.length + diverged} of ${seeds}` },
      { title: "accuracy so far", cell: ({ accuracies }) => runningEstimate(accuracies) || "–" },
      {
        title: "",
        align: "left",
        cell: ({ running }) => [...running.values()].map(runningWords).join("   "),
      },
    ],
    tally.ranks,
  );
  const left = tally.secondsLeft === undefined ? "" : `, about ${duration(tally.secondsLeft)} left`;
  const failed = tally.failed === 0 ? "" : `, ${tally.failed} failed`;
  const summary = `${tally.done} of ${tally.total} trials${failed}, ${duration(elapsedSeconds)} so far${left}`;
  return [...table.split("\n"), "", summary];
}

function runningWords({ seed, doing, share }: RunningTrial): string {
  const full = Math.round(share * barCells);
  return `seed ${seed} ${"█".repeat(full)}${"░".repeat(barCells - full)} ${doing}`;
}
