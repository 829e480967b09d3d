import { spawn } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExecutorUnderTest } from "../../../sweep/test/helpers/contract-scene.ts";
import { startRedis } from "./redis-server.ts";
import type { WorkerJob } from "./worker-program.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The executor with a real server, and one worker for each driver's folder. */
export const executorUnderTest: ExecutorUnderTest = {
  module: path("./executor-module.ts"),
  programs: { "worker-program": path("./worker-program.ts") },
  external: ["bullmq", "ioredis"],
  async setUp(dist) {
    symlinkSync(path("../../node_modules"), join(dist, "node_modules"));
    const server = await startRedis();
    return {
      settings: { redis: server.url },
      async attend({ out, ...place }, trialsAtOnce) {
        const job: WorkerJob = { out, redis: server.url, place, trialsAtOnce, lockMs: 5_000 };
        const worker = spawn(process.execPath, [join(dist, "worker-program.js"), JSON.stringify(job)], {
          stdio: ["ignore", "ignore", "inherit"],
        });
        const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
        return async () => {
          worker.kill("SIGTERM");
          await ended;
        };
      },
      tearDown: () => server.remove(),
    };
  },
};
