import { fileURLToPath } from "node:url";
import { packageTests } from "../vitest.shared.ts";

const slow = ["test/{code-blocks,site,tutorial}.test.ts"];

// Trials of the sweeps that pages show run from a bundle, which starts in a tenth of the time.
export default packageTests(slow, {
  globalSetup: fileURLToPath(import.meta.resolve("../packages/sweep/test/helpers/build-worker.ts")),
  execArgv: [
    "--conditions=@lorank/source",
    `--import=${import.meta.resolve("../packages/sweep/test/helpers/built-worker.mjs")}`,
  ],
});
