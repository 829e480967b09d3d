import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin, type ViteUserConfig } from "vitest/config";
import { WAIT_LIMIT } from "./scripts/wait-limit.ts";

/** Tests read each package's TypeScript sources, so nothing has to be built first. */
const conditions = ["@lorank/source", "module", "node", "development|production"];

/** Milliseconds of one test or hook. It ends a hang, and judges no speed: the longest takes a minute on a quiet machine. */
const limit = 1_800_000;

const root = fileURLToPath(new URL(".", import.meta.url));

/** Takes a package's own settings, such as its slow files, out of the key of a compiled module: none changes what is compiled. */
const sharedModules: Plugin = {
  name: "one cache for all packages",
  configResolved(config) {
    Object.assign(config, { configFileDependencies: [fileURLToPath(import.meta.url)] });
  },
};

const notInKey = { vitest: { experimental: { ignoreFsModuleCache: true } } };

/**
 * How a package is tested. `slow` are its files that train, start processes, open a browser or simulate thousands of
 * sweeps. Those that `alone` lists have a process each: they need what a process has once, such as a library's
 * threads, or could end it.
 */
export function packageTests(
  slow: string[] = [],
  {
    alone = [],
    plugins = [],
    setupFiles = [],
    ...test
  }: {
    alone?: string[];
    plugins?: Plugin[];
    globalSetup?: string;
    setupFiles?: string[];
    execArgv?: string[];
  } = {},
): ViteUserConfig {
  const folder = process.cwd();
  const inPackage = (files: string[]) => files.map((file) => join(relative(root, folder), file));
  const project = (name: string, files: { include: string[]; exclude?: string[]; isolate: boolean }) => ({
    extends: true as const,
    test: { name, testTimeout: limit, hookTimeout: limit, ...files },
  });
  return defineConfig({
    root,
    // With this, modules that a plugin does not change stay shared. A plugin itself sets apart those that it does.
    plugins: [sharedModules, ...plugins.map((plugin) => ({ ...plugin, api: notInKey }))],
    cacheDir: join(folder, "node_modules/.vite"),
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      pool: "forks",
      maxWorkers: 2,
      // Also what a test of a shared process forgot to put back.
      restoreMocks: true,
      unstubEnvs: true,
      env: { LORANK_DEVICE_TEST_SECONDS: String(WAIT_LIMIT / 1000) },
      expect: { poll: { timeout: WAIT_LIMIT } },
      // `.ci/run` adds up the JSON reports of all packages.
      reporters: ["default", ["json", { outputFile: join(folder, ".test-report.json") }]],
      // The packages import each other's sources. With one root each is compiled once for all of them.
      experimental: { fsModuleCache: true, fsModuleCachePath: join(root, "node_modules/.cache/vitest") },
      ...test,
      setupFiles: [join(root, "scripts/test-setup.ts"), ...setupFiles],
      projects: [
        // To start a process and to import a package for each file took a third of all processor time: these share two.
        project("usual", {
          include: inPackage(["test/**/*.test.{ts,tsx}"]),
          exclude: inPackage([...slow, ...alone]),
          isolate: false,
        }),
        ...(slow.length > 0 ? [project("slow", { include: inPackage(slow), isolate: false })] : []),
        ...(alone.length > 0 ? [project("alone", { include: inPackage(alone), isolate: true })] : []),
      ],
    },
  });
}
