import { expect, test } from "vitest";
import { isNightly } from "../../../../../scripts/nightly.ts";
import { whyNoSlurm } from "../../helpers/slurm-cluster.ts";
import { failOnSlurm } from "../../helpers/slurm-failures.ts";

const skip = whyNoSlurm();

const [trials, kills] = isNightly ? [24, 6] : [12, 3];

// The whole of it, 200 trials and 50 kills, is `bench/slurm-failures.ts`.
test.skipIf(skip !== undefined)(
  `trials, a node and the controller are killed, and each trial has one result${skip ? ` (skipped: ${skip})` : ""}`,
  async () => {
    const outcome = await failOnSlurm({ trials, kills, nodesLost: 1, controllerKills: 1, slots: 4 });
    expect(outcome).toMatchObject({ results: trials, failed: [], disagreements: 0, temporaryFiles: 0 });
    expect(outcome.starts).toBeGreaterThan(trials);
  },
);
