import { fileURLToPath } from "node:url";
import { SlurmCluster, whyNoSlurm } from "../../helpers/slurm-cluster.ts";
import { executorContract } from "../contract.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

executorContract(
  "Slurm",
  {
    module: path("../../helpers/slurm-executor-module.ts"),
    programs: { "slurm-task": path("../../../src/executor/slurm/slurm-task.ts") },
    setUp: async () => {
      const cluster = await SlurmCluster.start();
      return {
        settings: { pollSeconds: 0.5, onStop: "cancel" },
        tearDown: () => cluster.stop(),
      };
    },
  },
  whyNoSlurm(),
);
