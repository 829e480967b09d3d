import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Tests read each package's TypeScript sources, so nothing has to be built first. */
const conditions = ["@lorank/source", "module", "node", "development|production"];

/** Milliseconds of one test or hook: on a machine with two slow, busy cores a usual one takes a tenth of it. */
const usualLimit = 60_000;
/** Of one in a file that trains, starts processes or opens a browser: seconds on a quiet machine, and a hang is still ended. */
const slowLimit = 600_000;

/** How a package is tested. `slow` are its files whose tests may take minutes; any other test that does fails. */
export function packageTests(slow: string[] = [], test: ViteUserConfig["test"] = {}): ViteUserConfig {
  const limited = (name: string, ms: number, files: { include: string[]; exclude?: string[] }) => ({
    extends: true as const,
    test: { name, testTimeout: ms, hookTimeout: ms, ...files },
  });
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      pool: "forks",
      maxWorkers: 2,
      // A condition that a test waits for has the time of the test: a shorter limit would depend on the machine.
      expect: { poll: { timeout: usualLimit } },
      // `.ci/run` adds up the JSON reports of all packages.
      reporters: ["default", ["json", { outputFile: ".test-report.json" }]],
      ...test,
      projects: [
        limited("usual", usualLimit, { include: ["test/**/*.test.{ts,tsx}"], exclude: slow }),
        ...(slow.length > 0 ? [limited("slow", slowLimit, { include: slow })] : []),
      ],
    },
  });
}
