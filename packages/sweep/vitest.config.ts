import { fileURLToPath } from "node:url";
import { packageTests } from "../../vitest.shared.ts";

const slow = [
  "test/arms/run-arms.test.ts",
  "test/trainers/{command-evaluate,command-trial,measure-command,run-process,take-over}.test.ts",
  "test/executor/slurm/{failures,on-a-cluster,slurm-executor,slurm-task}.test.ts",
  "test/executor/{contract,local-executor,run-tasks}.test.ts",
  "test/measure/*.test.ts",
  "test/stages/{give-up-ranks,run-stages}.test.ts",
  "test/store/{commit-race,failed-trials,rank-changes}.test.ts",
  "test/worker/worker.test.ts",
  "test/{cancel,damaged-folder,diverged,kill-and-resume,killed-early,killed-trials,readme,run-command,run-sweep}.test.ts",
];

// A sweep's children take over their parent's Node options: with these, workers run from a bundle, and all else from our
// TypeScript sources, as under the command line's own `node --conditions=@lorank/source --import tsx`.
export default packageTests(slow, {
  setupFiles: [fileURLToPath(import.meta.resolve("./test/helpers/setup.ts"))],
  globalSetup: fileURLToPath(import.meta.resolve("./test/helpers/build-worker.ts")),
  execArgv: [
    "--conditions=@lorank/source",
    `--import=${import.meta.resolve("./test/helpers/built-worker.mjs")}`,
  ],
});
