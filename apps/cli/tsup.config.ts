import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { library } from "../../tsup.shared.ts";
import { recipes } from "./src/settings/recipes.ts";

export default {
  ...library(["src/main.ts"]),
  /** Packages that a user installs beside this one. */
  external: ["@lorank/bullmq", "@lorank/mcp"],
  /** What `lorank init` writes. Links among the recipes become files. */
  onSuccess: async (): Promise<void> => {
    for (const [trainer, names] of Object.entries(recipes)) {
      for (const name of names) {
        const copy = join("dist/trainers", trainer, name);
        mkdirSync(dirname(copy), { recursive: true });
        copyFileSync(join("../../examples/trainers", trainer, name), copy);
      }
    }
  },
};
