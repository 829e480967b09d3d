/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { isBehindPrior, type Results } from "@lorank/core/results";
import { ranksBehindPrior } from "../data/class-prior-words.ts";
import { unfinishedInWords } from "../data/convergence-words.ts";
import type { RankRow } from "../data/rank-rows.ts";
import { orderInWords, robustnessAdvice } from "../data/robustness-words.ts";
import { leftBehind } from "../data/runs-of-method.ts";
import { listInWords, plural } from "../format.ts";

/** What a reader must know before believing the numbers; nothing at all when nothing is wrong. */
export function Notices(props: { readonly results: Results; readonly rows: readonly RankRow[] }) {
  const notices = noticesOf(props.results, props.rows);
  if (notices.length === 0) return null;
  return (
    <section id="notices" aria-labelledby="notices-title">
      <h2 id="notices-title">Read this first</h2>
      <ul class="notices">
        {notices.map((notice) => (
          <li key={notice}>{notice}</li>
        ))}
      </ul>
    </section>
  );
}

/** Each notice is one or two sentences. */
export function noticesOf(results: Results, rows: readonly RankRow[]): string[] {
  const notices: string[] = [];
  const failed = rows.flatMap((row) => row.failed);
  const missing = rows.flatMap((row) => row.missingSeeds);
  if (failed.length + missing.length > 0) {
    const parts = [
      ...kinds("diverged", failed.filter((trial) => trial.status === "diverged").length),
      ...kinds("ran out of memory", failed.filter((trial) => trial.status === "out-of-memory").length),
      ...kinds("left no result", missing.length),
    ];
    const planned = failed.length + missing.length + rows.reduce((sum, row) => sum + row.completed.length, 0);
    const ranks = rows
      .filter((row) => row.failed.length + row.missingSeeds.length > 0)
      .map((row) => row.rank);
    notices.push(
      `Of ${plural(planned, "planned run")}, ${listInWords(parts)} (${ranks.length === 1 ? "rank" : "ranks"} ${listInWords(ranks)}). They are listed under "Runs". Means and intervals rest on the ${plural(results.decision.seeds, "seed")} that every compared rank completed.`,
    );
  }
  const asked = leftBehind(results);
  for (const { rank, reason } of results.decision.excluded ?? []) {
    if (!asked.includes(rank)) notices.push(`Rank ${rank} is not compared: ${reason}.`);
  }
  if (results.decision.seeds === 1) {
    notices.push(
      "With one seed the intervals cover the choice of validation examples alone. How much a rank varies from run to run is unknown and usually more.",
    );
  }
  if (results.decision.robustness?.order === "breaks") {
    const { robustness } = results.decision;
    notices.push(`${orderInWords(robustness)} ${robustnessAdvice(results.decision)}`);
  }
  // Where no rank has learned anything, the verdict says so and what to do.
  if (isBehindPrior(results.decision)) return notices;
  const { convergence = [] } = results.decision;
  const unfinished = unfinishedInWords(convergence);
  if (unfinished !== undefined) notices.push(unfinished);
  const stuck = convergence.filter(({ state }) => state === "stuck").map(({ rank }) => rank);
  const idle = ranksBehindPrior(results.decision).filter((rank) => !stuck.includes(rank));
  if (idle.length > 0) {
    notices.push(
      `${idle.length === 1 ? "Rank" : "Ranks"} ${listInWords(idle)} ${idle.length === 1 ? "is" : "are"} not shown to be better than the shares of the classes alone: such runs may have learned nothing.`,
    );
  }
  return notices;
}

function kinds(what: string, amount: number): string[] {
  return amount === 0 ? [] : [`${amount} ${what}`];
}
