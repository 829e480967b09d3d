/**
 * 64 processes race to commit a result of each of 1,000 trials: one winner each.
 *
 *     node --conditions=@lorank/source --import tsx bench/commit-race.ts [processes trials]
 */
import { cpus, loadavg } from "node:os";
import { raceToCommit } from "../test/helpers/commit-race.ts";

const [processes = 64, trials = 1_000] = process.argv.slice(2).map(Number);
console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}`,
);
console.log(processes, "processes,", trials, "trials:", await raceToCommit(processes, trials));
