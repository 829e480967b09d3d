import type { CardMemory, NotCounted, Objective, TrainedModule } from "@lorank/core/memory";
import type { ModelHead } from "@lorank/core/models";

/** Objective and modules trained in full, as chosen. Members but the objective are absent unless stated. */
export interface ObjectiveChoices extends Omit<Objective, "name" | "engineBytes"> {
  readonly objective: Objective["name"];
  /** Share of the card that vLLM reserves. */
  readonly vllmShare?: number | undefined;
  readonly trainedModules?: readonly TrainedModule[] | undefined;
}

/** Choices beside the objective on which its options depend. */
interface Beside extends ObjectiveChoices {
  readonly gpu: CardMemory | undefined;
  readonly labels: number | undefined;
}

/** Names of {@link ObjectiveChoices}, in the order they are shown; the type requires all of them. */
export const objectiveFields = Object.keys({
  objective: true,
  reference: true,
  completion: true,
  generator: true,
  generations: true,
  vllmShare: true,
  trainedModules: true,
} satisfies Readonly<Record<keyof ObjectiveChoices, true>>) as (keyof ObjectiveChoices)[];

/** Objectives whose configs say all that memory depends on, or leave it to flags by name. */
const fromConfigs = ["dpo", "kto", "orpo", "simpo", "reward", "grpo"] as const;

/** Objective of a training config, if it is estimated from the config alone. */
export function countedObjective(name: string | undefined): (typeof fromConfigs)[number] | undefined {
  return fromConfigs.find((each) => each === name);
}

/** Head by objective and classes; the model's own for texts. */
export function headFor({ objective, labels }: Pick<Beside, "objective" | "labels">): {
  readonly head?: ModelHead;
} {
  if (labels !== undefined) return { head: { kind: "classification", labels } };
  return objective === "embedding" ? { head: { kind: "none" } } : {};
}

/** Share that vLLM reserves beside training. Source: trl 1.16, `GRPOConfig.vllm_gpu_memory_utilization` */
const VLLM_SHARE = 0.3;

function shareOfEngine({ generator, vllmShare = VLLM_SHARE }: ObjectiveChoices): number | undefined {
  return generator === "vllm" || generator === "vllm-asleep" ? vllmShare : undefined;
}

/** Objectives whose scored or generated tokens are counted. */
const withCompletions: readonly Objective["name"][] = ["dpo", "kto", "orpo", "simpo", "grpo"];

/** Problems with typed flags that this objective has no use for. */
export function idleFlags(
  typed: Partial<ObjectiveChoices>,
  { objective, generator }: ObjectiveChoices,
): string[] {
  const problems: string[] = [];
  if (typed.completion !== undefined && !withCompletions.includes(objective))
    problems.push(`--completion must be left out for ${objective}, got ${typed.completion}`);
  if (typed.vllmShare !== undefined && shareOfEngine({ objective, generator }) === undefined)
    problems.push(
      `--vllm-share must be left out without vllm or vllm-asleep as the --generator, got ${typed.vllmShare}`,
    );
  return problems;
}

/** Options of estimates for these choices. */
export function objectiveOptions(choices: Beside): {
  readonly objective: Objective;
  readonly trainedModules: readonly TrainedModule[];
} {
  const {
    objective: name,
    reference,
    completion,
    generator,
    generations,
    gpu,
    trainedModules = [],
  } = choices;
  const share = shareOfEngine(choices);
  const engineBytes = share === undefined || gpu === undefined ? undefined : share * gpu.bytes;
  return { objective: { name, reference, completion, generator, generations, engineBytes }, trainedModules };
}

/** vLLM's share of a card whose size is not stated. */
export function uncountedEngine(choices: Beside): NotCounted[] {
  const share = shareOfEngine(choices);
  if (share === undefined || choices.gpu !== undefined) return [];
  return [{ what: `vLLM's share (${share}) of a card that is not named`, direction: "more" }];
}

/** Chosen values for documents and tables; nothing for plain supervised fine-tuning. */
export function objectiveFacts(choices: ObjectiveChoices): Partial<ObjectiveChoices> {
  const stated = objectiveFields.filter((name) => choices[name] !== undefined && choices[name] !== "sft");
  return Object.fromEntries(stated.map((name) => [name, choices[name]]));
}
