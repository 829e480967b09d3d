import type { Runtime } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";

/** The CPU as a device that inputs travel to, but which is fed constants at each run: adapters stay apart from weights. */
export async function fedRuntime(threads = 1): Promise<Runtime> {
  const cpu = await onnxRuntime({ threads });
  return {
    ...cpu,
    bindsConstants: true,
    compile: async (made, { constants = {} } = {}) => {
      const { run, dispose } = await cpu.compile(made);
      return { run: (feeds, into) => run({ ...constants, ...feeds }, into), dispose };
    },
  };
}
