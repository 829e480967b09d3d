import { library } from "../../tsup.shared.ts";

export default library([
  "src/index.ts",
  "src/models.ts",
  "src/spectrum.ts",
  "src/memory.ts",
  "src/memory-names.ts",
  "src/measured.ts",
  "src/time.ts",
  "src/chapter.ts",
]);
