import { resolve } from "node:path";
import type { PeftAdapter } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import type { CommandInputs } from "../plan/plan.ts";
import { knownDigests } from "../store/file-digests.ts";
import { reconcileSweepFile } from "../store/reconcile.ts";
import { SweepStore } from "../store/store.ts";
import type { CommandPlace } from "./command-trial.ts";
import type { CommandCost } from "./measure-command.ts";
import { commandGraceMs } from "./run-process.ts";
import { commandSpec, type Trainer } from "./trainer.ts";
import { assertUnchanged } from "./trainer-files.ts";

export const commandTrainer: Trainer<CommandInputs, CommandPlace> = {
  ownMembers: ["folder", "command"],
  assertInputs({ plan, folder }, portable) {
    if (portable)
      throw new InputError("E_SWEEP_OPTIONS", "portable must be false for a command's adapters, got true");
    assertUnchanged(plan.config.trainer, folder);
  },
  async open(inputs, { out, extend, settings }) {
    const plan = reconcileSweepFile(out, inputs.plan, extend, settings);
    const place = placeIn(out, inputs);
    return { plan, place, store: new SweepStore(out), test: plan.config.test, execution: {} };
  },
  placeIn,
  placeOn: (own, { out }) => ({ ...own, out }),
  processes() {
    const device = process.env.LORANK_DEVICE;
    return {
      ...(device === undefined ? {} : { device }),
      graceMs: commandGraceMs,
      environment: (own) => own,
      knownDigests,
    };
  },
  async train({ place, store, spec, attempt, report }) {
    const { runCommandTrial } = await import("./command-trial.ts");
    return { result: await runCommandTrial(store, place, commandSpec(spec), attempt, report) };
  },
  forgetUnfinished() {},
  async evaluate({ place, store, spec }, adapters, test) {
    const { evaluateByCommand } = await import("./command-trial.ts");
    return evaluateByCommand(store, place, commandSpec(spec), adapters as PeftAdapter[], test?.sha256);
  },
  costs: {
    // Losses may be written late; timing more steps lessens the error.
    steps: 20,
    async measure({ place, spec }, { trialId, steps }, onEvent) {
      const { measureCommand } = await import("./measure-command.ts");
      return measureCommand(place, commandSpec(spec), trialId, steps, onEvent);
    },
    time: (_, cost) => cost as CommandCost,
  },
};

function placeIn(out: string, { plan, folder, timeoutSeconds }: CommandInputs): CommandPlace {
  const { metric, secondary } = plan.summary;
  const names = secondary === undefined ? {} : { secondary: secondary.map(({ name }) => name) };
  return { out, command: { folder: resolve(folder), timeoutSeconds, metric, ...names } };
}
