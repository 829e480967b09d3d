import { executorContract } from "../../sweep/test/executor/contract.ts";
import { executorUnderTest } from "./helpers/executor-under-test.ts";
import { noRedis } from "./helpers/redis-server.ts";

executorContract("bullmq", executorUnderTest, noRedis);
