/** The worker of sweeps that are struck: all their trials are fake, with the same measured values each time. */

import { trainers } from "../../packages/sweep/src/trainers/trainers.ts";
import { fakeTrainer } from "../../packages/sweep/test/helpers/fake-trainer.ts";

trainers.unshift({
  ...fakeTrainer,
  ownMembers: ["resources"],
  async train(trial, signal) {
    const { result, adapter } = await fakeTrainer.train(trial, signal);
    const { provenance } = result.measured;
    const measured = {
      seconds: { load: 1, train: 2, evaluate: 3, total: 6 },
      peakResidentBytes: 1e6,
      provenance: { ...provenance, finishedAt: "2026-01-01T00:00:00.000Z" },
    };
    return { adapter, result: { ...result, measured } };
  },
});
await import("../../packages/sweep/src/worker/worker.ts");
