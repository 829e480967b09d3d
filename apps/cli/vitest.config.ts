import { packageTests } from "../../vitest.shared.ts";

export default packageTests(["test/**/*.e2e.test.ts", "test/tokenised.test.ts", "test/mcp/calls.test.ts"]);
