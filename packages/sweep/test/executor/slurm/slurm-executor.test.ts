import { SlurmCluster, whyNoSlurm } from "../../helpers/slurm-cluster.ts";
import { slurmUnderTest } from "../../helpers/slurm-failures.ts";
import { executorContract } from "../contract.ts";

executorContract(
  "Slurm",
  {
    ...slurmUnderTest,
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
