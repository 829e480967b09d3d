import { defineConfig } from "vitest/config";

/** Tests read each package's TypeScript sources, so nothing has to be built first. */
const conditions = ["@lorank/source", "module", "node", "development|production"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // `.ci/run` adds up the JSON reports of all packages.
    reporters: ["default", ["json", { outputFile: ".test-report.json" }]],
  },
});
