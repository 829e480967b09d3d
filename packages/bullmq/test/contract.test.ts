import { spawn } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { executorContract } from "../../sweep/test/executor/contract.ts";
import { noRedis, startRedis } from "./helpers/redis-server.ts";
import type { WorkerJob } from "./helpers/worker-program.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

executorContract(
  "bullmq",
  {
    module: path("./helpers/executor-module.ts"),
    programs: { "worker-program": path("./helpers/worker-program.ts") },
    external: ["bullmq", "ioredis"],
    async setUp(dist) {
      symlinkSync(path("../node_modules"), join(dist, "node_modules"));
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
  },
  noRedis,
);
