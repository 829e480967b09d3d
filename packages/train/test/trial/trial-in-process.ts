// Runs one trial in this process and prints what does not depend on the machine.
import { stripMeasured } from "@lorank/evidence/parse";
import { runTrial } from "../../src/node/trials.ts";

const { spec, resources } = JSON.parse(process.argv[2]!) as {
  spec: Parameters<typeof runTrial>[0];
  resources: Parameters<typeof runTrial>[1];
};
const { result } = await runTrial(spec, resources);
process.stdout.write(JSON.stringify(stripMeasured({ trialId: "x", ...result })));
