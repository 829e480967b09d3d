/**
 * The same work in LoRAnk and in PyTorch + PEFT (+ bitsandbytes), in turn on one machine; see README.md.
 *
 *     node --conditions=@lorank/source --import tsx bench/peers/run.ts minilm-512 minilm-2048 [--busy]
 */
import { parseArgs } from "node:util";
import { isInputError } from "@lorank/core";
import { keepCoreBusy } from "./driver/busy.ts";
import { stepCases } from "./driver/cases.ts";
import { machine } from "./driver/machine.ts";
import { runStepCase } from "./driver/run-step-case.ts";
import { runSweepCase } from "./driver/run-sweep-case.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    busy: { type: "boolean", default: false },
    threads: { type: "string", default: "2" },
    rank: { type: "string", default: "8" },
    rounds: { type: "string", default: "15" },
    steps: { type: "string", default: "1" },
    "warm-up": { type: "string", default: "3" },
    epochs: { type: "string", default: "1" },
  },
});
const known = [...Object.keys(stepCases), "sweep"];
const unknown = positionals.filter((name) => !known.includes(name));
if (positionals.length === 0 || unknown.length > 0) {
  console.error(`cases must be among ${known.join(", ")}, got ${positionals.join(", ") || "none"}`);
  process.exit(2);
}

const print = (line: string) => console.log(line);
print(`${machine()}${values.busy ? "\ncore 0 is kept busy by another process" : ""}`);
const stop = values.busy ? keepCoreBusy() : undefined;
try {
  for (const name of positionals) {
    if (name === "sweep") await runSweepCase({ epochs: Number(values.epochs) }, print);
    else {
      const options = {
        rank: Number(values.rank),
        threads: Number(values.threads),
        rounds: Number(values.rounds),
        steps: Number(values.steps),
        warmUp: Number(values["warm-up"]),
      };
      await runStepCase(name, stepCases[name]!, options, print);
    }
  }
} catch (error) {
  if (!isInputError(error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
} finally {
  stop?.();
}
