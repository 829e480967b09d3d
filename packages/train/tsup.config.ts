import { library } from "../../tsup.shared.ts";

export default library({
  index: "src/index.ts",
  data: "src/data/index.ts",
  tokenizer: "src/tokenizer/index.ts",
  quantize: "src/quantize/index.ts",
  spec: "src/spec/index.ts",
  defaults: "src/defaults.ts",
  engine: "src/engine.ts",
});
