import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PeftAdapter } from "@lorank/checkpoint";
import { makeFolder, writePeftAdapter } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import type { CommandSpec, Evaluation } from "@lorank/core/results";
import { trialId } from "@lorank/train/spec";
import type { CommandPlace } from "../plan/job.ts";
import type { SweepStore } from "../store/store.ts";
import { outcomesIn, statusOf } from "./command-trial.ts";
import { evaluationFrom } from "./examples.ts";
import { killLeftover, runProcess } from "./run-process.ts";
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
  { command: { folder, timeoutSeconds, metric } }: CommandPlace,
  spec: CommandSpec,
  adapters: readonly PeftAdapter[],
  testSha256?: string,
): Promise<Evaluation[]> {
  const { trainer, seed } = spec;
  const { evaluate } = trainer;
  if (evaluate === undefined)
    throw new InputError("E_TRAINER", "trainer.evaluate must be given to evaluate an adapter, got none");
  assertUnchanged(trainer, folder);
  removeLeftovers(store);
  const reference =
    testSha256 === undefined ? store.path("examples.json") : store.path("test", testSha256, "examples.json");
  makeFolder(dirname(reference));
  const evaluations: Evaluation[] = [];
  for (const adapter of adapters) {
    const { rank } = adapter;
    const out = mkdtempSync(store.path("attempts", folderPrefix));
    try {
      const adapterFolder = join(out, "adapter");
      writePeftAdapter(adapterFolder, adapter);
      const values = {
        ...settingsOf({ ...spec, lora: { ...spec.lora, rank } }),
        out,
        trialId: trialId(spec),
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
      evaluations.push(await evaluationFrom(outcomesIn(out), { rank, seed }, { reference, metric }));
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  }
  return evaluations;
}

const folderPrefix = ".evaluate-";

/** Of evaluations on this host whose process was killed: nothing that they made is of use. */
function removeLeftovers(store: SweepStore): void {
  const names = readdirSync(store.path("attempts")).filter((name) => name.startsWith(folderPrefix));
  const folders = names.map((name) => store.path("attempts", name)).filter(killLeftover);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
