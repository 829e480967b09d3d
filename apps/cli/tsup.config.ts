import { copyFileSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { library } from "../../tsup.shared.ts";

const recipes = "../../examples/trainers";

export default {
  /** The second is a program of its own: `lorank mcp` starts it from beside the first. */
  ...library({ main: "src/main.ts", "call-process": "src/call-process.ts" }),
  /** Packages that a user installs beside this one. */
  external: ["@lorank/bullmq", "@lorank/mcp"],
  /** What `lorank init` writes. Links among the recipes become files. */
  onSuccess: async (): Promise<void> => {
    for (const entry of readdirSync(recipes, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const [source, copy] = [join(recipes, entry.name), join("dist/trainers", entry.name)];
      mkdirSync(copy, { recursive: true });
      for (const name of readdirSync(source))
        if (statSync(join(source, name)).isFile()) copyFileSync(join(source, name), join(copy, name));
    }
  },
};
