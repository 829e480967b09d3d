import { packageTests } from "../vitest.shared.ts";

export default packageTests(["test/{api,wheels}.test.ts"]);
