import { packageTests } from "../../vitest.shared.ts";

export default packageTests(["test/{corpus,prepare-emails,tokenizer}.test.ts"]);
