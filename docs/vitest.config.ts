import { packageTests } from "../vitest.shared.ts";

export default packageTests(["test/{code-blocks,site,tutorial}.test.ts"]);
