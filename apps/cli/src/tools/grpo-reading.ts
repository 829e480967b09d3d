/** Fields of TRL's GRPO and RLOO, which Axolotl passes on under names of its own. */
import { count, holds, share, when } from "./reading.ts";
import type { ConfigFields, FieldRow, FieldValue } from "./tool.ts";

interface GroupFields {
  readonly isGroups: (fields: ConfigFields) => boolean;
  readonly isAdapter: (fields: ConfigFields) => boolean;
  /** Path above TRL's own names. */
  readonly under: "" | "trl.";
  readonly microBatch: string;
  readonly usualBatch: number;
  /** Names of the micro-batches that share a generation; the first that is set counts. */
  readonly steps: readonly string[];
  /** Names of the weight of the distance from a reference; the first that is set counts. */
  readonly beta: readonly string[];
  readonly share: string;
  readonly usualMode: "server" | "colocate";
}

export const withoutPrompt = { unread: "without a limit on prompts, whose length counts too" };

/**
 * Rows on generated groups. A card generates all micro-batches that share a generation at once. Source: trl 1.16,
 * `GRPOConfig.__post_init__`, `GRPOTrainer.get_train_dataloader`, `_generate_single_turn`
 */
export function groupRows({ isGroups, isAdapter, under, microBatch, ...tool }: GroupFields): FieldRow[] {
  const at = (name: string): string => under + name;
  const [engine, mode, asleep] = [at("use_vllm"), at("vllm_mode"), at("vllm_enable_sleep_mode")];
  const isServed = (fields: ConfigFields): boolean => isGroups(fields) && fields.get(engine) === true;
  const isBeside = (fields: ConfigFields): boolean =>
    isServed(fields) && (fields.get(mode) ?? tool.usualMode) === "colocate";
  const timesBatch = (raw: unknown, fields: ConfigFields): FieldValue<number> => {
    const [steps, batch] = [count(raw), count(fields.get(microBatch) ?? tool.usualBatch)];
    return typeof steps === "number" && typeof batch === "number" ? steps * batch : undefined;
  };
  const referenceOf = (raw: unknown, fields: ConfigFields): FieldValue<"none" | "adapters-off" | "model"> => {
    if (typeof raw !== "number") return { must: "a number" };
    return raw === 0 ? "none" : isAdapter(fields) ? "adapters-off" : "model";
  };
  const rows: FieldRow[] = [
    ...tool.beta.map((path): FieldRow => [path, "reference", referenceOf]),
    [tool.beta[0]!, "reference", referenceOf, "none"],
    [engine, "generator", { true: undefined, false: "transformers" }, "transformers"],
    [[engine, mode], "generator", { server: "server", colocate: undefined }],
    ...when(isBeside, [
      [[engine, asleep], "generator", { true: "vllm-asleep", false: "vllm" }, "vllm"],
      [tool.share, "vllmShare", share, 0.3],
    ]),
    [engine, "generator", { true: "server" }],
    ...when(
      (fields) => !isServed(fields),
      [[at("generation_batch_size"), "generations", () => ({ unread: "is of all cards together" })]],
    ),
    ...tool.steps.map((path): FieldRow => [[microBatch, path], "generations", timesBatch]),
    [microBatch, "generations", count, tool.usualBatch],
  ];
  return rows.map(([path, target, how, otherwise, only = {}]) => {
    const both = (fields: ConfigFields): boolean => isGroups(fields) && holds(only, fields);
    return [path, target, how, otherwise, both] as FieldRow;
  });
}

/** Tokens of an answer. Source: trl 1.16, `GRPOConfig.max_completion_length` */
export const usualAnswer = 512;

/** Length of prompt and answer, where the prompt's is limited. Source: trl ≤ 0.25, `GRPOConfig.max_prompt_length` */
export function promptWithAnswer(raw: unknown, fields: ConfigFields): FieldValue<number> {
  const [prompt, answer] = [count(raw), count(fields.get("max_completion_length") ?? usualAnswer)];
  return typeof answer === "number" && typeof prompt === "number" ? answer + prompt : prompt;
}
