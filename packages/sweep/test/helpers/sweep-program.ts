/** A sweep as a program of its own, for the tests that kill it: `sweep-program.ts '<plan and options as JSON>'`. */
import { planSweep, type RunSweepOptions, runSweep, type SweepConfig } from "../../src/index.ts";

const { config, options } = JSON.parse(process.argv[2]!) as { config: SweepConfig; options: RunSweepOptions };
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
const outcome = await runSweep(planSweep(config), {
  ...options,
  dataset: Buffer.from(options.dataset),
  signal: stop.signal,
});
process.exit(outcome.interrupted ? 75 : outcome.failed.length > 0 ? 3 : 0);
