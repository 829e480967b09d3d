/**
 * A sweep on a real Slurm cluster of two nodes on this host while trials, nodes and the controller are killed:
 *
 *     node --conditions=@lorank/source --import tsx bench/slurm-failures.ts [--trials 200] [--kills 50] [--nodes-lost 2]
 *       [--controller-kills 1]
 *
 * Needs root and Debian's slurmctld, slurmd, slurm-client, slurm-wlm-basic-plugins and munge.
 */
import { parseArgs } from "node:util";
import { failOnSlurm } from "../test/helpers/slurm-failures.ts";

const { values } = parseArgs({
  options: {
    trials: { type: "string", default: "200" },
    kills: { type: "string", default: "50" },
    "nodes-lost": { type: "string", default: "2" },
    "controller-kills": { type: "string", default: "1" },
  },
});
const outcome = await failOnSlurm({
  trials: Number(values.trials),
  kills: Number(values.kills),
  nodesLost: Number(values["nodes-lost"]),
  controllerKills: Number(values["controller-kills"]),
  slots: 4,
  say: (line) => console.log(line),
});
console.log(JSON.stringify(outcome, null, 2));
process.exit(outcome.results === Number(values.trials) && outcome.temporaryFiles === 0 ? 0 : 1);
