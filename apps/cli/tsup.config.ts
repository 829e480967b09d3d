import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { library } from "../../tsup.shared.ts";
import { recipes } from "./src/settings/recipes.ts";

export default {
  /** The second is a program of its own: `lorank mcp` starts it from beside the first. */
  ...library({ main: "src/main.ts", "call-process": "src/call-process.ts" }),
  /** Packages that a user installs beside this one. */
  external: ["@lorank/bullmq", "@lorank/mcp"],
  /** What `lorank init` writes. Links among the recipes become files. */
  onSuccess: async (): Promise<void> => {
    for (const [trainer, { files }] of Object.entries(recipes)) {
      for (const name of files) {
        const copy = join("dist/trainers", trainer, name);
        mkdirSync(dirname(copy), { recursive: true });
        copyFileSync(join("../../examples/trainers", trainer, name), copy);
      }
    }
  },
};
