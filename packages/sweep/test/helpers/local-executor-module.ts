import type { StartExecutor } from "../../src/executor/executor.ts";
import { localExecutor } from "../../src/executor/local-executor.ts";

export const startExecutor = (): StartExecutor => localExecutor;
