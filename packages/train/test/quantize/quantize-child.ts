/**
 * Quantises the model of its first argument into its second and prints the most memory that it took, in bytes.
 * With a third argument it kills itself before that many tensors are done.
 */
import { quantizeModel } from "../../src/quantize/quantize-model.ts";

const [model, out, killAt] = process.argv.slice(2) as [string, string, string?];
quantizeModel({
  model,
  out,
  doubleQuant: true,
  onTensor: ({ done }) => {
    if (done === Number(killAt)) process.kill(process.pid, "SIGKILL");
  },
});
process.stdout.write(String(1024 * process.resourceUsage().maxRSS));
