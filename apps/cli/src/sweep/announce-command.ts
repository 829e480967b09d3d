import { expectedTrials } from "@lorank/sweep";
import type { Output } from "../output.ts";
import { duration, plainText, shellWord } from "../text.ts";
import { type Fact, printFacts, resultsFact, trialsWords } from "./announce.ts";
import type { CommandSweep } from "./command-sweep.ts";

/** Says what will run where another trainer does it. `done`: trials that have a result from before. */
export function announceCommand(
  prepared: CommandSweep,
  done: number,
  inherited: readonly string[],
  output: Output,
): void {
  const { plan, out, run } = prepared;
  const atOnce = Math.min(run.trialsAtOnce, plan.specs.length);
  printFacts(
    [
      ...trainerFacts(prepared),
      [
        "trials",
        `${trialsWords(prepared)}, ${atOnce} side by side${done > 0 ? `; ${done} done before` : ""}`,
      ],
      resultsFact(out, inherited),
    ],
    output,
  );
}

/** What all trials have in common: the commands, and what they are told. */
export function trainerFacts({ plan, folder, timeoutSeconds }: CommandSweep): Fact[] {
  const { trainer, lora, optimizer } = plan.config;
  const { alpha } = lora;
  const told = [
    ...(alpha === undefined ? [] : [`alpha ${alpha.kind === "fixed" ? alpha.alpha : "= rank"}`]),
    ...(lora.scalingRule === undefined ? [] : [`scaling ${lora.scalingRule}`]),
    ...(optimizer.learningRate === undefined ? [] : [`learning rate ${optimizer.learningRate}`]),
    ...(optimizer.epochs === undefined ? [] : [`epochs ${optimizer.epochs}`]),
  ];
  const words = (command: readonly string[]): string => plainText(command.map(shellWord).join(" "));
  return [
    ["trainer", words(trainer.command)],
    ...(trainer.evaluate === undefined ? [] : [["evaluate", words(trainer.evaluate)] as const]),
    ["in", plainText(folder)],
    ["told", ["rank", "seed", ...told].join(", ")],
    ...(timeoutSeconds === undefined ? [] : [["timeout", `${duration(timeoutSeconds)} a trial`] as const]),
  ];
}

/** `--dry-run --json`. */
export function commandDocument({ plan, folder, timeoutSeconds, out, run }: CommandSweep): object {
  return {
    dryRun: true,
    out,
    method: plan.summary.method ?? "grid",
    trials: plan.specs.length,
    expectedTrials: expectedTrials(plan),
    trialsAtOnce: run.trialsAtOnce,
    folder,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    config: plan.config,
  };
}
