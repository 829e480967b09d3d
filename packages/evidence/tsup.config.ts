import { library } from "../../tsup.shared.ts";

export default library([
  "src/index.ts",
  "src/results.ts",
  "src/compare.ts",
  "src/names.ts",
  "src/methods.ts",
  "src/parse.ts",
  "src/schema.ts",
  "src/node.ts",
]);
