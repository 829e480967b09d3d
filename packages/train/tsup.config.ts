import { library } from "../../tsup.shared.ts";

export default {
  ...library({
    index: "src/index.ts",
    data: "src/data/index.ts",
    tokenizer: "src/tokenizer/index.ts",
    quantize: "src/quantize/index.ts",
    spec: "src/spec/index.ts",
    defaults: "src/defaults.ts",
    engine: "src/engine.ts",
    browser: "src/browser.ts",
  }),
  external: ["#csv-parse"], // what it stands for is chosen where the package is used
};
