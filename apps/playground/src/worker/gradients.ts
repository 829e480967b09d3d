import { modelSource, peftKey, safetensorsIn } from "@lorank/checkpoint";
import { adaptedModel, evaluateTokenTensors } from "@lorank/train/engine";
import type { GradientCheck } from "../protocol.ts";
import type { Device } from "../settings.ts";
import { adapterIn } from "./adapter-files.ts";
import { asset, CHECKED_FOLDER } from "./asset.ts";
import { openRuntime } from "./runtime.ts";

/** Relative tolerance, as in @lorank/train's tests: runtimes round float32 in another order. */
const TOLERANCE = 1e-4;
const FILES = ["config.json", "model.safetensors", "expected.safetensors"] as const;
const ADAPTER_FILES = ["adapter_config.json", "adapter_model.safetensors"] as const;

/** Recomputes a fixture's loss, logits and gradients, which transformers and PEFT computed. */
export async function checkGradients(device: Device): Promise<GradientCheck> {
  const runtime = await openRuntime(device);
  const source = modelSource(CHECKED_FOLDER, await assets(CHECKED_FOLDER, FILES));
  const adapter = adapterIn(await assets(`${CHECKED_FOLDER}/adapter`, ADAPTER_FILES));
  const expected = safetensorsIn(source.open("expected.safetensors"));
  const integers = (name: string): Int32Array => Int32Array.from(expected.readFloat32(name));
  const [batch = 0, seq = 0] = expected.tensors.get("input_ids")!.shape;
  const adapted = adaptedModel({ model: source, adapter, runtime });
  const tokens = {
    shape: [batch, seq] as const,
    inputIds: integers("input_ids"),
    attentionMask: integers("attention_mask"),
    labels: integers("labels"),
  };
  const { logits, loss, gradients } = await evaluateTokenTensors(adapted, tokens, { gradients: true });
  await adapted.model.dispose();
  const apart = [...gradients!].map(([name, data]) => ({
    name,
    numbers: data.length,
    difference: relativeDifference(data, expected.readFloat32(`gradient.${peftKey(name)}`)),
  }));
  const worst = apart.reduce((most, one) => (one.difference > most.difference ? one : most));
  return {
    model:
      "A Llama classifier of 2 layers, with an adapter of rank 4 on all linear layers and a trained head",
    device,
    tensors: apart.length,
    numbers: apart.reduce((sum, { numbers }) => sum + numbers, 0),
    loss: relativeDifference([loss!], expected.readFloat32("loss")),
    logits: relativeDifference(logits, expected.readFloat32("logits")),
    gradients: worst.difference,
    worst: worst.name,
    tolerance: TOLERANCE,
  };
}

async function assets(folder: string, names: readonly string[]): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of names) files.set(name, await asset(`${folder}/${name}`));
  return files;
}

/** Largest difference, as a share of the largest expected number. NaN stays NaN. */
function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return difference / largest;
}
