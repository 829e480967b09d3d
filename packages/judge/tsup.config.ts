import { copyFileSync } from "node:fs";
import { library } from "../../tsup.shared.ts";

export default {
  ...library({ index: "src/index.ts", node: "src/node.ts" }),
  /** The program of a thread, which is started from beside node.js. */
  onSuccess: async (): Promise<void> => copyFileSync("src/judge-worker.js", "dist/judge-worker.js"),
};
