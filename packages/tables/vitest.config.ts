import { packageTests } from "../../vitest.shared.ts";

export default packageTests(["test/parquet-file.test.ts"]);
