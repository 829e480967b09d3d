import { library } from "../../tsup.shared.ts";

export default library({
  index: "src/index.ts",
  data: "src/data.ts",
  tokenizer: "src/tokenizer.ts",
  quantize: "src/quantize.ts",
  spec: "src/spec.ts",
  defaults: "src/defaults.ts",
  names: "src/names.ts",
  engine: "src/engine.ts",
  browser: "src/browser.ts",
});
