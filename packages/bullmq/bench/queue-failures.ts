/**
 * 200 toy trials, 8 workers, 100 SIGKILLs and one of the server: how many results, how many starts.
 *
 *     node --conditions=@lorank/source --import tsx bench/queue-failures.ts [trials workers kills]
 */
import { cpus, loadavg } from "node:os";
import { surviveFailures } from "../test/helpers/queue-failures.ts";

const [trials = 200, workers = 8, kills = 100] = process.argv.slice(2).map(Number);
process.execArgv.length = 0; // the programs are built
console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}`,
);
console.log(await surviveFailures({ trials, workers, kills, everyMs: 250 }));
