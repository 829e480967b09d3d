import type { Results } from "@lorank/evidence/results";
import { makeResults } from "../../../report/test/fixtures/make-results.ts";
import { ofCommand } from "../../../report/test/fixtures/of-command.ts";
import * as scenes from "../../../report/test/fixtures/scenes.ts";
import { testScore, withTest } from "../../../report/test/fixtures/test-score.ts";
import { csv, outcomes, plateau, runsTable } from "./runs.ts";
import { shows } from "./shows.ts";

shows("verdict", "a table of runs, adequate", async ({ write, run }) => {
  write("runs.csv", plateau);
  await run("verdict runs.csv");
  await run("verdict runs.csv --all");
});

shows("verdict", "a table of runs, as a document", async ({ write, run, hide }) => {
  hide(/(?<=\.\d{9})\d+/g, "…");
  write("runs.csv", runsTable({ 4: [0.871, 0.868, 0.874], 8: [0.913, 0.91, 0.916] }));
  await run("verdict runs.csv --json");
});

shows("verdict", "a table of one seed", async ({ write, run }) => {
  write("runs.csv", "rank,accuracy\n4,0.5\n8,0.625\n");
  await run("verdict runs.csv");
});

shows("verdict", "a table of runs with sizes, the largest rank still best", async ({ write, run }) => {
  const rows = [2, 4, 8].flatMap((rank) =>
    [1, 2, 3].map((seed) => ({ rank, seed, f1: 0.7 + 0.02 * rank + 0.001 * seed * (rank % 3), n: 500 })),
  );
  write("runs.csv", csv(rows));
  await run("verdict runs.csv --metric f1 --higher --margin 0.01");
});

shows("verdict", "a table with a further column", async ({ write, run }) => {
  const rows = [4, 16].flatMap((rank) =>
    ["q_proj", "all-linear"].flatMap((targets, t) =>
      [1, 2, 3].map((seed) => ({
        rank,
        targets,
        seed,
        accuracy: 0.7 + 0.1 * t + (seed + rank / 4) / 100,
        f1: 0.5,
      })),
    ),
  );
  write("runs.csv", csv(rows));
  await run("verdict runs.csv");
  await run("verdict runs.csv --where targets=q_proj");
  await run("verdict runs.csv --average-over targets");
});

shows("verdict", "a table of runs with a condition and a told outcome", async ({ write, run }) => {
  const scores = { 4: [0.01, 0.61], 8: [0.02, 0.7], 16: [0.048, 0.71], 32: [0.12, 0.75] };
  const rows = Object.entries(scores).flatMap(([rank, [forgetting, f1]]) =>
    [0, 2, -1, 1, -2].map((step, i) => ({
      ...{ rank, seed: i + 1, f1: (f1! + (step * ((Number(rank) % 7) - 3)) / 1000).toFixed(4) },
      ...{ forgetting: (forgetting! + step / 1000).toFixed(4), ms: 10 + i },
    })),
  );
  write("runs.csv", csv(rows));
  await run("verdict runs.csv --metric f1 --margin 0.01 --condition forgetting<=0.05 --outcome ms:lower");
  await run("verdict runs.csv --metric f1 --margin 0.01 --condition forgetting<=0.001");
  await run("verdict runs.csv --metric f1 --margin 0.01 --condition forgetting<0.05");
  await run("verdict runs.csv --metric f1 --margin 0.01 --condition forgotten<=0.05");
});

shows("verdict", "conditions that no rank meets together", async ({ write, run }) => {
  const scores = { 4: [0.01, 31, 0.61], 8: [0.03, 26, 0.7], 32: [0.12, 11, 0.75] };
  const rows = Object.entries(scores).flatMap(([rank, [forgetting, ms, f1]]) =>
    [0, 2, -1, 1, -2].map((step, i) => ({
      ...{ rank, seed: i + 1, f1: (f1! + (step * ((Number(rank) % 7) - 3)) / 1000).toFixed(4) },
      ...{ forgetting: (forgetting! + step / 1000).toFixed(4), ms: ms! + step / 10 },
    })),
  );
  write("runs.csv", csv(rows));
  await run("verdict runs.csv --metric f1 --margin 0.01 --condition forgetting<=0.05 --condition ms<=20");
});

shows("verdict", "outcomes of two classes, the first of which is positive", async ({ write, run }) => {
  const rows = [4, 32].flatMap((rank) =>
    [1, 2, 3].flatMap((seed) =>
      Array.from({ length: 200 }, (_, example) => {
        const label = example % 10 === 0 ? "ham" : "spam";
        const isRight = (example * 7 + seed * 3) % 23 > (rank === 4 ? 4 : 1);
        const prediction = isRight ? label : label === "ham" ? "spam" : "ham";
        return { rank, seed, example, correct: isRight ? 1 : 0, label, prediction };
      }),
    ),
  );
  write("outcomes.csv", csv(rows));
  await run("verdict outcomes.csv --metric f1 --margin 0.1");
  await run("verdict outcomes.csv --metric f1 --margin 0.1 --positive ham");
  await run("verdict outcomes.csv --metric f1 --margin 0.1 --positive eggs");
  await run("verdict outcomes.csv --positive ham");
  write("runs.csv", csv([4, 8].map((rank) => ({ rank, seed: 1, f1: 0.7 }))));
  await run("verdict runs.csv --metric f1 --margin 0.1 --positive ham");
});

shows("verdict", "refused tables of runs", async ({ write, run }) => {
  write("rankless.csv", "seed,accuracy\n1,0.9\n2,0.91\n");
  write("runs.csv", "rank,accuracy\n4,0.5\n");
  await run("verdict rankless.csv");
  await run("verdict runs.csv --metric f1");
  await run("verdict runs.csv --higher --lower");
  await run("verdict runs.csv --margin -1 --confidence 2");
  await run("verdict nothing.csv");
});

shows("verdict", "outcomes by example", async ({ write, run }) => {
  write("outcomes.csv", csv(outcomes.map((row, i) => ({ ...row, label: (i % 400) % 2 ? "ham" : "spam" }))));
  await run("verdict outcomes.csv");
  await run("verdict outcomes.csv --all");
});

shows("verdict", "outcomes of a pipe, in another notation", async ({ write, run }) => {
  const rows = outcomes.map(({ correct, ...row }) => ({ ...row, correct: correct ? "yes" : "no" }));
  write("outcomes.csv", `sep=;\r\n${csv(rows, ";").replaceAll("\n", "\r\n")}`);
  await run("verdict - < outcomes.csv");
  await run("verdict - --higher < outcomes.csv");
});

shows("verdict", "outcomes in groups", async ({ write, run }) => {
  write("outcomes.csv", csv(outcomes.map((row) => ({ ...row, document: row.example.slice(0, 2) }))));
  await run("verdict outcomes.csv --group-column document");
});

shows("verdict", "outcomes that are copies of one run", async ({ write, run }) => {
  const rows = outcomes.map(({ rank, seed, example }) => {
    const e = Number(example.slice(1));
    return { rank, seed, example, correct: e % 10 === 0 || (rank === 2 && e % 4 === 0) ? 0 : 1 };
  });
  write("outcomes.csv", csv(rows));
  await run("verdict outcomes.csv --require-conclusive");
});

shows("verdict", "outcomes that are no better than guessing", async ({ write, run }) => {
  const rows = outcomes.map((row, i) => ({ ...row, label: (i % 400) % 20 ? "ham" : "spam" }));
  write("outcomes.csv", csv(rows));
  await run("verdict outcomes.csv");
});

shows("verdict", "faulty outcomes, refused", async ({ write, run }) => {
  write("outcomes.csv", "rank,seed,example,correct\n2,1,a,maybe\n2,1,b,1.5\nx,1,c,1\n");
  write("twice.csv", "rank,seed,example,correct\n2,1,a,1\n2,1,a,0\n");
  write("unequal.csv", "rank,seed,example,correct\n2,1,a,1\n2,1,b,0\n4,1,a,1\n");
  for (const name of ["outcomes", "twice", "unequal"]) await run(`verdict ${name}.csv`);
});

/** Results of a sweep as `lorank verdict swept` finds them. */
function swept(state: string, results: () => Results, ...flags: readonly string[]): void {
  shows("verdict", `a sweep, ${state}`, async ({ write, run }) => {
    write("swept/results.json", JSON.stringify(results()));
    await run(["verdict", "swept", ...flags].join(" "));
  });
}

const examples = 400;
const few = { seeds: [0, 1, 2], examples };
const rises = (rank: number) => 0.82 + 0.03 * Math.log2(rank);

swept("indistinguishable", () => makeResults({ ...few, ranks: [2, 8, 32], seedNoise: 0.008 }));
swept("inconclusive", () =>
  makeResults({ ...few, ranks: [2, 8], accuracyOf: (rank) => rises(rank) / 1.1, seedNoise: 0.03 }),
);
swept("still rising at the largest rank", () =>
  makeResults({ ...few, ranks: [2, 4, 16], accuracyOf: rises, examples: 1000 }),
);
swept("nothing learned", () => makeResults({ ...few, ranks: [4, 8], accuracyOf: () => 0.62, steps: 40 }));
swept("of one seed", () => makeResults({ ...few, ranks: [4, 16], seeds: [0] }));
swept("with failed runs", () =>
  makeResults({
    ...{ ...few, ranks: [2, 16, 32], accuracyOf: rises },
    failures: [
      { rank: 32, seed: 1, status: "diverged" },
      { rank: 16, seed: 2, status: "out-of-memory" },
    ],
    missing: [{ rank: 2, seed: 2 }],
  }),
);
swept("of a language model, by log loss", scenes.causalLm);
swept("of a language model, by log loss, judged by accuracy", scenes.causalLm, "--metric accuracy");
swept("of another trainer", () => ofCommand(makeResults({ ...few, ranks: [4, 8], accuracyOf: rises })));
swept("with a test score", () => withTest(scenes.indistinguishable(), { ...testScore, rank: 2 }));
swept("with a test score that is to come", () => withTest(scenes.extend(), undefined), "--all");
