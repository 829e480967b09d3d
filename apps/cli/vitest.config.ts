import { packageTests } from "../../vitest.shared.ts";

export default packageTests(["test/*.e2e.test.ts", "test/{readme,tokenised}.test.ts"]);
