import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PeftAdapter } from "@lorank/checkpoint";
import { makeFolder, writePeftAdapter } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import type { CommandSpec, Evaluation } from "@lorank/core/results";
import type { SweepStore } from "../store/store.ts";
import type { CommandPlace } from "../worker/job.ts";
import { outcomesIn, statusOf } from "./command-trial.ts";
import { evaluationFrom } from "./examples.ts";
import { runProcess } from "./run-process.ts";
import { assertUnchanged } from "./trainer-files.ts";
import { environmentOf, fillIn, settingsOf } from "./values.ts";

/**
 * Evaluates adapters by a trainer's own command, one after the other, each in a temporary folder: on the validation examples
 * of the trials, or on the test examples that `testSha256` names.
 *
 * @throws InputError as `runCommandTrial`, `E_TRAINER` for a trainer without such a command.
 */
export async function evaluateByCommand(
  store: SweepStore,
  { command: { folder, timeoutSeconds } }: CommandPlace,
  spec: CommandSpec,
  adapters: readonly PeftAdapter[],
  testSha256?: string,
): Promise<Evaluation[]> {
  const { trainer, seed } = spec;
  const { evaluate } = trainer;
  if (evaluate === undefined)
    throw new InputError("E_TRAINER", "trainer.evaluate must be given to evaluate an adapter, got none");
  assertUnchanged(trainer, folder);
  const reference =
    testSha256 === undefined ? store.path("examples.json") : store.path("test", testSha256, "examples.json");
  makeFolder(dirname(reference));
  const evaluations: Evaluation[] = [];
  for (const adapter of adapters) {
    const { rank } = adapter;
    const out = mkdtempSync(store.path("attempts", ".evaluate-"));
    try {
      const adapterFolder = join(out, "adapter");
      writePeftAdapter(adapterFolder, adapter);
      const values = {
        ...settingsOf({ ...spec, lora: { ...spec.lora, rank } }),
        out,
        adapter: adapterFolder,
        split: testSha256 === undefined ? "validation" : "test",
      };
      const command = fillIn(evaluate, values);
      const environment = environmentOf(values);
      statusOf(
        await runProcess({ setting: "evaluate", command, folder, environment, attempt: out, timeoutSeconds }),
        {
          ...trainer,
          exitCodes: {},
        },
      );
      evaluations.push(await evaluationFrom(outcomesIn(out), { rank, seed }, reference));
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  }
  return evaluations;
}
