import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { evaluateByCommand } from "../../src/trainers/command-evaluate.ts";
import { commandAdapter, commandExample, writesOutcomes } from "../helpers/command-example.ts";

/** Evaluates adapters of these ranks of a trial of rank 4. */
function evaluate(script: string | undefined, ranks: number[], test?: string) {
  const example = commandExample({ train: "", ...(script === undefined ? {} : { evaluate: script }) });
  const { store, place, spec } = example;
  return { ...example, evaluations: evaluateByCommand(store, place, spec, ranks.map(commandAdapter), test) };
}

test("each adapter is evaluated on its own, and leaves nothing", async () => {
  const { store, folder, trialId, evaluations } = evaluate(
    `grep -o '"r": *[0-9]*' "$1/adapter_config.json" >> told.txt
     echo "$LORANK_RANK $LORANK_SEED $LORANK_SPLIT $LORANK_TRIAL_ID" >> told.txt
     test "$LORANK_ADAPTER" = "$1" || exit 9
     ${writesOutcomes}`,
    [1, 2],
  );
  const expected = { accuracy: 2 / 3, correct: [1, 1, 0], logLoss: 1, logLosses: [0.25, 0.5, 2.25] };
  expect(await evaluations).toEqual([expected, expected]);
  expect(readFileSync(join(folder, "told.txt"), "utf8").replaceAll(" ", "")).toBe(
    `"r":1\n17validation${trialId}\n"r":2\n27validation${trialId}\n`,
  );
  expect(readdirSync(store.path("attempts"))).toEqual([]);
  expect(existsSync(store.path("examples.json"))).toBe(true);
});

test("test examples are others, which are not those of the trials", async () => {
  const script = `test "$LORANK_SPLIT" = test && echo 'example,correct
t1,1' > "$LORANK_OUT/outcomes.csv"`;
  const { store, evaluations } = evaluate(script, [4], "f".repeat(64));
  expect(await evaluations).toEqual([{ accuracy: 1, correct: [1] }]);
  expect(existsSync(store.path("examples.json"))).toBe(false);
});

test("a code that means a result of training is a failure here", async () => {
  const { store, evaluations } = evaluate("exit 3", [4]);
  await expect(evaluations).rejects.toThrow("the command exited with code 3");
  expect(readdirSync(store.path("attempts"))).toEqual([]);
});

test("a trainer without such a command is refused", async () => {
  await expect(evaluate(undefined, [4]).evaluations).rejects.toThrow(
    "trainer.evaluate must be given to evaluate an adapter, got none",
  );
});

test("what a killed process left of its evaluation is removed, that of one which runs is not", async () => {
  const { store, place, spec } = commandExample({ train: "", evaluate: writesOutcomes });
  for (const [name, pid] of [
    [".evaluate-old", 2 ** 22 + 1],
    [".evaluate-now", process.pid],
  ] as const) {
    mkdirSync(store.path("attempts", name));
    const left = { pid: 2 ** 22 + 1, host: hostname(), watchedBy: { host: hostname(), pid } };
    writeFileSync(store.path("attempts", name, "process.json"), JSON.stringify(left));
  }
  await evaluateByCommand(store, place, spec, [commandAdapter(4)]);
  expect(readdirSync(store.path("attempts"))).toEqual([".evaluate-now"]);
});
