import { fileURLToPath } from "node:url";
import { packageTests } from "../../vitest.shared.ts";

// A sweep's children take over their parent's Node options. With these they run from a bundle, which starts in a tenth of the time.
export default packageTests(["test/*.test.ts"], {
  globalSetup: fileURLToPath(import.meta.resolve("../../packages/sweep/test/helpers/build-worker.ts")),
  execArgv: [
    "--conditions=@lorank/source",
    `--import=${import.meta.resolve("../../packages/sweep/test/helpers/built-worker.mjs")}`,
  ],
});
