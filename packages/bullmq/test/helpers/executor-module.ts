import type { StartExecutor } from "@lorank/sweep/executor";
import { bullmqExecutor } from "../../src/index.ts";

export const startExecutor = ({ redis }: { redis: string }): StartExecutor =>
  bullmqExecutor({ redis, onStop: "cancel", pollMs: 3_000 });
