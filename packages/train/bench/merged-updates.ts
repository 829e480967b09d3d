/**
 * What it saves to add LoRA's updates to their weights before products with many rows, as training on the CPU does:
 *
 *     node --conditions=@lorank/source --import tsx bench/merged-updates.ts [--threads 1] [--rounds 40] [--case starter-demo] [--rank 8]
 *
 * A step with updates added, and one with updates apart, take turns in one process. Set the allocator as for a trial
 * (packages/sweep/src/child-environment.ts). Prints the median of the rounds' ratios in processor time.
 */
import { parseArgs } from "node:util";
import { onnxRuntime } from "@lorank/graph/devices";
import { fedRuntime } from "../test/helpers/fed-runtime.ts";
import { benchStep, type cases } from "./bench-step.ts";
import { median } from "./flop.ts";

const { values } = parseArgs({
  options: {
    threads: { type: "string", default: "1" },
    rounds: { type: "string", default: "40" },
    case: { type: "string", default: "starter-demo" },
    rank: { type: "string", default: "8" },
  },
});
const threads = Number(values.threads);
const runtimes = [await fedRuntime(threads), await onnxRuntime({ threads })]; // updates stay apart, and are added
const name = values.case as keyof typeof cases;
const steps = runtimes.map((runtime) => {
  const { step } = benchStep(name, { runtime, rank: Number(values.rank), nf4: false, recompute: "cheap" });
  return async () => {
    const before = process.cpuUsage();
    await step();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
});
const times: number[][] = [];
for (let round = -2; round < Number(values.rounds); round++) {
  const both = [await steps[0]!(), await steps[1]!()];
  if (round >= 0) times.push(both); // the first two compile and touch memory
}
const ratio = median(times.map(([before, after]) => after! / before!));
console.log(
  `${name}, rank ${values.rank}, ${threads} threads: apart ${median(times.map(([ms]) => ms!)).toFixed(0)} ms, ` +
    `added ${median(times.map(([, ms]) => ms!)).toFixed(0)} ms of processor time, ratio ${ratio.toFixed(3)}`,
);
process.exit(0); // a runtime's threads must not keep the process
