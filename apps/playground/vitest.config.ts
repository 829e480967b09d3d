import { packageTests } from "../../vitest.shared.ts";

export default packageTests(["test/browser/*.test.ts"]);
