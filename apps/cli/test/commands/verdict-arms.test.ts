import type { SpecMembers } from "@lorank/evidence/results";
import { exampleArms } from "../../../../packages/sweep/test/helpers/example-arms.ts";
import { csv } from "./runs.ts";
import { shows } from "./shows.ts";
import { sweepFolder } from "./sweep-folder.ts";

/** A line of promptfoo's results: a provider with this label on a test, right or wrong, or failed. */
const line = (label: string, testIdx: number, success: boolean, failed = false): string =>
  JSON.stringify({
    ...{ cost: 0, promptIdx: 0, testIdx, success, failureReason: failed ? 2 : success ? 0 : 1 },
    ...{ provider: { id: "x", label }, ...(failed ? { error: "timed out" } : {}) },
  });

shows("verdict", "arms in paths, of which one failed on an example", async ({ write, run }) => {
  // The arm that is read first is worse, so that it gets another number in the decision.
  for (const arm of ["a", "best"])
    for (const seed of [0, 1]) {
      const isRight = (test: number): boolean => arm === "best" || (test + seed) % 3 > 0;
      const isFailed = (test: number): boolean => arm === "best" && seed === 1 && test === 7;
      const lines = Array.from({ length: 60 }, (_, test) => line("x", test, isRight(test), isFailed(test)));
      write(`out/${arm}-s${seed}.jsonl`, lines.join("\n"));
    }
  await run("verdict 'out/{arm}-s{seed}.jsonl'");
  await run("verdict 'out/{arm}-s{seed}.jsonl' --json");
});

shows("verdict", "tables without ranks, and columns that name no arm, refused", async ({ write, run }) => {
  const rows = ["a", "b"].flatMap((model) =>
    [0, 1].map((seed) => ({ model, seed, accuracy: 0.8 + seed / 100 })),
  );
  write("runs.csv", csv(rows));
  write("outcomes.csv", csv(rows.map(({ model, seed }) => ({ model, seed, example: "x", correct: 1 }))));
  write("sweep/results.json", "{}");
  await run("verdict runs.csv");
  await run("verdict outcomes.csv");
  await run("verdict runs.csv --by seed");
  await run("verdict runs.csv --by model --cost accuracy");
  await run("verdict outcomes.csv --by example");
  await run("verdict sweep --by model");
});

shows("verdict", "a sweep of arms, and a plan by its results", async (terminal) => {
  const { run } = terminal;
  const shares: Readonly<Record<string, number>> = { attention: 0.94, mlp: 0.95, "all linear": 0.9 };
  const accuracyOf = ({ arm = "" }: SpecMembers) => shares[arm]!;
  await sweepFolder(terminal, { config: { arms: exampleArms }, accuracyOf });
  await run("verdict swept");
  await run("verdict swept --margin 0.002");
  await run("plan --results swept");
});
