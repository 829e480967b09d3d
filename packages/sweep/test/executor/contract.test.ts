import { fileURLToPath } from "node:url";
import { executorContract } from "./contract.ts";

executorContract("local", {
  module: fileURLToPath(new URL("../helpers/local-executor-module.ts", import.meta.url)),
});
