import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Tests read each package's TypeScript sources, so nothing has to be built first. */
const conditions = ["@lorank/source", "module", "node", "development|production"];

/** Milliseconds of one test or hook: on a machine with two slow, busy cores a usual one takes a tenth of it. */
const usualLimit = 60_000;
/** Of one in a file that trains, starts processes or opens a browser: seconds on a quiet machine, and a hang is still ended. */
const slowLimit = 600_000;

/** How a package is tested. `slow` are its files whose tests may take minutes; any other test that does fails. */
export function packageTests(slow: string[] = [], test: ViteUserConfig["test"] = {}): ViteUserConfig {
  const project = (
    name: string,
    ms: number,
    files: { include: string[]; exclude?: string[]; isolate: boolean },
  ) => ({
    extends: true as const,
    test: { name, testTimeout: ms, hookTimeout: ms, ...files },
  });
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      pool: "forks",
      maxWorkers: 2,
      // Also what a test of a shared process forgot to put back.
      restoreMocks: true,
      unstubEnvs: true,
      // A condition that a test waits for has the time of the test: a shorter limit would depend on the machine.
      expect: { poll: { timeout: usualLimit } },
      // `.ci/run` adds up the JSON reports of all packages.
      reporters: ["default", ["json", { outputFile: ".test-report.json" }]],
      ...test,
      projects: [
        // To start a process and to import a package for each file took a third of all processor time: these share two.
        project("usual", usualLimit, { include: ["test/**/*.test.{ts,tsx}"], exclude: slow, isolate: false }),
        ...(slow.length > 0 ? [project("slow", slowLimit, { include: slow, isolate: true })] : []),
      ],
    },
  });
}
