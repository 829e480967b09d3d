import { packageTests } from "../../vitest.shared.ts";

export default packageTests([
  "test/quantize/quantize-model.test.ts",
  "test/stacked/stacked-trials.test.ts",
  "test/transformer/webgpu.test.ts",
  "test/trial/*.test.ts",
  "test/{readme,real-models}.test.ts",
]);
