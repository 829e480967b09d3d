import { library } from "../../tsup.shared.ts";

export default library([
  "src/index.ts",
  "src/memory/index.ts",
  "src/decide/index.ts",
  "src/results/index.ts",
  "src/chapter.ts",
]);
