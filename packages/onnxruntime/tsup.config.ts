import { cpSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { library } from "../../tsup.shared.ts";

const web = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));

// Of onnxruntime-web's 130 MB this takes the build for Node: its code into ours, the two files that it loads beside it.
export default {
  ...library(),
  noExternal: ["onnxruntime-web"],
  onSuccess: async () => {
    for (const file of ["ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"])
      cpSync(join(web, file), join("dist", file));
  },
};
