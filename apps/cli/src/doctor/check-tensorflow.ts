import { computeDtypes } from "@lorank/graph";
import { checkTensorflowAddon, findTensorflow, selfTest, tensorflowRuntime } from "@lorank/graph/devices";
import type { Check } from "./checks.ts";

/** Runs the self-test through TensorFlow, on its GPU where it has one; of half precision only where it is `thorough`. */
export async function checkTensorflow(thorough: boolean): Promise<Check> {
  const common = { name: "tensorflow", needed: false };
  const place = findTensorflow();
  if (!place.found) return { ...common, ok: false, isSetUp: false, detail: place.reason, fix: place.fix };
  try {
    const { version, gpu } = await checkTensorflowAddon(place.addon, { device: "gpu", threads: 1 });
    const device = gpu ? "gpu" : "cpu";
    const { passed, detail } = await selfTest(await tensorflowRuntime({ device }));
    const halves: string[] = [];
    for (const compute of thorough ? computeDtypes.slice(1) : []) {
      const half = await selfTest(await tensorflowRuntime({ device, computeDtype: compute }));
      halves.push(half.passed ? compute : `no ${compute}`);
    }
    return {
      ...common,
      ok: passed,
      detail: `TensorFlow ${version} on the ${device.toUpperCase()}, ${[detail, ...halves].join("; ")}`,
    };
  } catch (error) {
    return {
      ...common,
      ok: false,
      detail: (error as Error).message.split("\n")[0] ?? "",
      ...(place.directory !== undefined && { fix: `lorank doctor --setup-tensorflow ${place.directory}` }),
    };
  }
}
