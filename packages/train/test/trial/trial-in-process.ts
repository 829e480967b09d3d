// Runs one trial in this process and prints what does not depend on the machine; or, told how many steps, times stacks of
// `specs` and prints the costs.
import { stripMeasured } from "@lorank/core/results";
import { measureSteps, runTrial } from "../../src/node/trials.ts";

const { spec, specs, steps, resources } = JSON.parse(process.argv[2]!) as {
  spec: Parameters<typeof runTrial>[0];
  specs: Parameters<typeof measureSteps>[0][];
  steps?: number;
  resources: Parameters<typeof runTrial>[1];
};
if (steps === undefined) {
  const { result } = await runTrial(spec, resources);
  process.stdout.write(JSON.stringify(stripMeasured({ trialId: "x", ...result })));
} else {
  const costs = [];
  for (const stack of specs) costs.push(await measureSteps(stack, resources, steps));
  process.stdout.write(JSON.stringify(costs));
}
