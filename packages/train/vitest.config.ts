import { fileURLToPath } from "node:url";
import type { Plugin } from "vitest/config";
import { packageTests } from "../../vitest.shared.ts";

const slow = [
  "test/data/attack.test.ts",
  "test/memory/predict.test.ts",
  "test/prepare/adapter-on.test.ts",
  "test/quantize/quantize-model.test.ts",
  "test/transformer/llama-cpp.test.ts",
  "test/trial/*.test.ts",
  "test/{golden-losses,readme,real-models}.test.ts",
];

// The README's first example trains the starter, which is made with this package and so cannot be a dependency of it.
const starter: Plugin = {
  name: "starter",
  enforce: "pre",
  resolveId: (specifier) =>
    specifier === "@lorank/starter"
      ? fileURLToPath(new URL("../starter/src/index.ts", import.meta.url))
      : undefined,
};

export default packageTests(slow, { alone: ["test/transformer/webgpu.test.ts"], plugins: [starter] });
