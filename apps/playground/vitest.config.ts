import { packageTests } from "../../vitest.shared.ts";

// A worker's module has its state once a process, and what it trains with is replaced there.
export default packageTests(["test/browser/*.test.ts"], {
  alone: ["test/worker/main.test.ts", "test/service-worker.test.ts"],
});
