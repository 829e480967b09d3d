// Runs one trial in this process and prints the largest resident set.
import { runTrial } from "../../src/node/trials.ts";

const { spec, resources } = JSON.parse(process.argv[2]!) as {
  spec: Parameters<typeof runTrial>[0];
  resources: Parameters<typeof runTrial>[1];
};
const { result } = await runTrial(spec, resources);
process.stdout.write(String(result.measured.peakResidentBytes));
process.exit(0); // idle threads of the runtime would keep the process
