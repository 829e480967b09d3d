import { InputError, type OptimizerName, type StackSettings } from "@lorank/core";
import type { ConfigValues, TrainingConfig } from "./dialects/training-config.ts";

/** Of `lorank memory`, without a config or where that leaves them open. */
export const memoryDefaults = {
  ranks: "4,8,16,32,64",
  targets: "all-linear",
  base: "bf16",
  optimizer: "adamw",
} as const;

type FlagName = keyof typeof memoryDefaults;

/** The flags as they were typed: undefined where they were not. */
export interface TypedFlags {
  readonly model?: string | undefined;
  readonly ranks?: string | boolean | undefined;
  readonly targets?: string | boolean | undefined;
  readonly base?: string | boolean | undefined;
  readonly optimizer?: string | boolean | undefined;
}

/** What an estimate is made of, with where each value came from. */
export interface MemoryChoices
  extends Partial<Pick<ConfigValues, "method" | "microBatch" | "seq">>,
    Partial<Pick<TrainingConfig, "profile">>,
    Pick<TrainingConfig, "remarks"> {
  readonly model?: string;
  /** As a flag says it. */
  readonly ranks: string;
  readonly targets: string;
  readonly base: string;
  readonly optimizer: string;
  readonly settings: Partial<Omit<StackSettings, "optimizer">>;
  /** `--base`, `lora_r 32`, `default`, for each value that is there. */
  readonly from: Readonly<Record<string, string>>;
}

/** What the estimate has for a stack's optimiser; nothing for those that it does not know. */
const optimizerFlags: Readonly<Partial<Record<OptimizerName, string>>> = {
  adamw: "adamw",
  "adamw-8bit": "adamw-8bit",
  "paged-adamw-8bit": "adamw-8bit",
  sgd: "sgd",
  lion: "lion",
};

/**
 * What flags and config say together: a flag wins over the file, and the file over the defaults.
 *
 * @throws InputError E_CONFIG naming what the file decides in a way that cannot be read and no flag replaces.
 */
export function withTrainingConfig(flags: TypedFlags, config?: TrainingConfig): MemoryChoices {
  const problems: string[] = [];
  const remarks = [...(config?.remarks ?? [])];
  const from: Record<string, string> = {};

  const choose = (name: FlagName, ofFile: string | undefined, origin: string | undefined): string => {
    const typed = flags[name];
    if (typed !== undefined) {
      from[name] = `--${name}`;
      return String(typed);
    }
    const unread = name === "ranks" ? undefined : config?.unread[name];
    if (unread !== undefined) problems.push(`--${name} must be given: ${unread}`);
    from[name] = ofFile === undefined ? "default" : (origin ?? "");
    return ofFile ?? memoryDefaults[name];
  };

  const { rank, targets, base, microBatch, seq, method, origins } = config ?? {};
  const { optimizer: ofStack, ...settings } = config?.settings ?? {};
  const optimizer = ofStack && optimizerFlags[ofStack];
  if (ofStack !== undefined && flags.optimizer === undefined) {
    if (optimizer === undefined)
      problems.push(`--optimizer must be given: ${origins?.optimizer} has no estimate yet`);
    else if (ofStack === "paged-adamw-8bit")
      remarks.push(`${origins?.optimizer}: its states are counted on the device, which paging may leave`);
  }
  if (method === "full") {
    remarks.push(`${origins?.method}: the file trains all weights; what is estimated is LoRA in its place`);
  }
  const model = flags.model ?? config?.model;
  if (model !== undefined)
    from.model = flags.model === undefined ? (origins?.model ?? "") : "the command line";
  const chosen = {
    ranks: choose("ranks", rank?.toString(), origins?.rank),
    targets: choose("targets", targets && showTargets(targets), origins?.targets),
    base: choose("base", base, origins?.base),
    optimizer: choose("optimizer", optimizer, origins?.optimizer),
  };
  for (const name of ["method", "microBatch", "seq"] as const) {
    if (config?.[name] !== undefined) from[name] = origins?.[name] ?? "";
  }
  for (const name of Object.keys(settings) as (keyof typeof settings)[]) from[name] = origins?.[name] ?? "";
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
  return {
    ...(model !== undefined && { model }),
    ...chosen,
    ...(method !== undefined && { method }),
    ...(microBatch !== undefined && { microBatch }),
    ...(seq !== undefined && { seq }),
    ...(config && { profile: config.profile }),
    settings,
    from,
    remarks,
  };
}

function showTargets(targets: readonly string[] | "all-linear"): string {
  return targets === "all-linear" ? targets : targets.join(",");
}
