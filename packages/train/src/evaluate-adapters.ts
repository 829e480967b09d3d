import type { PeftAdapter } from "@lorank/checkpoint";
import type { Evaluation, TrialSpec } from "@lorank/core";
import { deviceRuntime } from "@lorank/graph";
import { fromPeftAdapter } from "./adapter/peft.ts";
import { evaluate } from "./evaluate.ts";
import { Transformer } from "./model/transformer.ts";
import { loadInputs, type TrialResources } from "./trial-model.ts";

/**
 * Evaluates adapters on the validation examples of the trial that `spec` names, one after the other: the same base,
 * examples and precision as in that trial, so that its own adapter comes to its own figures.
 *
 * @throws InputError E_ADAPTER when one belongs to another model, and as `runTrial` for the base and the examples.
 */
export async function evaluateAdapters(
  spec: TrialSpec,
  adapters: readonly PeftAdapter[],
  resources: TrialResources,
): Promise<Evaluation[]> {
  const { base, data } = loadInputs(spec, resources);
  const { family, head, weights } = base;
  const { threads, device = "cpu" } = resources;
  const runtime = await deviceRuntime({ device, threads, compute: spec.compute ?? "float32" });
  const evaluations: Evaluation[] = [];
  for (const adapter of adapters) {
    const { shape, parameters } = fromPeftAdapter(family, head, adapter);
    const model = new Transformer({
      family,
      head,
      runtime,
      adapter: shape,
      parameters: new Map([...weights, ...parameters]),
    });
    evaluations.push(await evaluate(model, data.validation, { padId: family.padTokenId }));
    await model.dispose();
  }
  return evaluations;
}
