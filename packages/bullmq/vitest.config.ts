import { fileURLToPath } from "node:url";
import { packageTests } from "../../vitest.shared.ts";

const slow = ["test/{contract,executor,queue-failures,worker}.test.ts"];

// A worker's children take over its Node options. These let them run from a bundle with the trials of the sweep's tests.
export default packageTests(slow, {
  globalSetup: fileURLToPath(import.meta.resolve("../sweep/test/helpers/build-worker.ts")),
  setupFiles: [fileURLToPath(import.meta.resolve("../sweep/test/helpers/setup.ts"))],
  execArgv: [
    "--conditions=@lorank/source",
    `--import=${import.meta.resolve("../sweep/test/helpers/built-worker.mjs")}`,
  ],
});
