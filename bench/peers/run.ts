/**
 * The same work in LoRAnk and in PyTorch + PEFT (+ bitsandbytes), in turn on one machine; see README.md.
 *
 *     node --conditions=@lorank/source --import tsx bench/peers/run.ts minilm-512 minilm-2048 [--busy]
 */
import { parseArgs } from "node:util";
import { InputError, isInputError } from "@lorank/core";
import { keepCoreBusy } from "./driver/busy.ts";
import { stepCases } from "./driver/cases.ts";
import { machine } from "./driver/machine.ts";
import { pythonPath } from "./driver/python.ts";

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    busy: { type: "boolean", default: false },
    threads: { type: "string", default: "2" },
    rank: { type: "string", default: "8" },
    rounds: { type: "string", default: "15" },
    steps: { type: "string", default: "1" },
    "warm-up": { type: "string", default: "3" },
    epochs: { type: "string", default: "2" },
  },
});

try {
  await main();
} catch (error) {
  if (!isInputError(error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const known = [...Object.keys(stepCases), "sweep", "trainer"];
  if (names.length === 0 || names.some((name) => !known.includes(name))) {
    throw new InputError(
      "E_CASE",
      `cases must be among ${known.join(", ")}, got ${names.join(", ") || "none"}`,
    );
  }
  const options = {
    rank: count("rank"),
    threads: count("threads"),
    rounds: count("rounds"),
    steps: count("steps"),
    warmUp: count("warm-up"),
  };
  const epochs = count("epochs");
  pythonPath(); // throws before anything is started
  console.log(`${machine()}${values.busy ? "\ncore 0 is kept busy by another process" : ""}`);
  // Loaded after the checks above, which need none of the engine.
  const { runStepCase } = await import("./driver/run-step-case.ts");
  const { runSweepCase } = await import("./driver/run-sweep-case.ts");
  const { runTrainerCase } = await import("./driver/run-trainer-case.ts");
  const stop = values.busy ? keepCoreBusy() : undefined;
  try {
    for (const name of names) {
      if (name === "sweep") await runSweepCase({ epochs }, console.log);
      else if (name === "trainer") await runTrainerCase(console.log);
      else await runStepCase(name, stepCases[name]!, options, console.log);
    }
  } finally {
    stop?.();
  }
}

function count(field: "rank" | "threads" | "rounds" | "steps" | "warm-up" | "epochs"): number {
  const value = Number(values[field]);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InputError("E_COUNT", `${field} must be a positive integer, got ${values[field]}`);
}
