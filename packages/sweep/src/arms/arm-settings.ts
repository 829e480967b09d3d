import { assertOptions, InputError, type OptionNames, withMembers } from "@lorank/core";
import type { TrainingSettings } from "@lorank/train";
import { alphaRule, patternLists } from "@lorank/train/spec";
import type { Arm, ArmCost, CommandArm, EngineArm } from "./arms.ts";

/** Settings of an arm; absent members are the sweep's. */
export interface ArmSettings
  extends Pick<
    TrainingSettings,
    "alpha" | "scaling" | "targets" | "rankPattern" | "alphaPattern" | "learningRate" | "epochs"
  > {
  readonly name: string;
  /** Inner size of A and B. (default: an arm for each of the sweep's `ranks`; without these 8) */
  readonly rank?: number | undefined;
  /** Kind of adapter. (default: the sweep's) */
  readonly method?: "lora" | "dora" | undefined;
  /** Cost by which arms are ordered. (default: the count of trained parameters, where it is known) */
  readonly cost?: number | ArmCost | undefined;
  /** Base model, for another trainer alone. */
  readonly base?: string | undefined;
  /** Values that another trainer alone understands, by name. */
  readonly values?: Readonly<Record<string, string | number>> | undefined;
}

const armNames: OptionNames<ArmSettings> = {
  name: true,
  rank: false,
  method: false,
  cost: false,
  base: false,
  values: false,
  alpha: false,
  scaling: false,
  targets: false,
  rankPattern: false,
  alphaPattern: false,
  learningRate: false,
  epochs: false,
};

/** Arm whose rank is known. */
type RankedArm = ArmSettings & { readonly rank: number };

/** Rank of an arm that has none, in a sweep without `ranks`. */
const defaultRank = 8;

/** Arms with a rank each: one without is run at each of `ranks`, and its name then ends in the rank. */
export function rankedArms(arms: readonly ArmSettings[], ranks: readonly number[] | undefined): RankedArm[] {
  for (const arm of arms) assertOptions(arm, `the settings of the arm ${arm.name}`, armNames, "refused");
  return arms.flatMap((arm): RankedArm[] => {
    const { name, rank } = arm;
    if (rank !== undefined) return [{ ...arm, rank }];
    if (ranks === undefined) return [{ ...arm, rank: defaultRank }];
    return ranks.map((each) => ({ ...arm, name: `${name} r${each}`, rank: each }));
  });
}

/** Training settings of an arm: the sweep's, with the arm's own. */
export function trainingOfArm<Settings extends object>(settings: Settings, arm: RankedArm): Settings {
  const { name: _, rank: __, method, cost: ___, base, values, ...own } = arm;
  if (base !== undefined || values !== undefined) throw forCommandsAlone(arm);
  const known = Object.entries(own).filter(([, value]) => value !== undefined);
  const kind = method === undefined ? {} : { dora: method === "dora" };
  return { ...settings, ...Object.fromEntries(known), ...kind };
}

function forCommandsAlone({ base }: ArmSettings): InputError {
  const [key, value] = base === undefined ? ["values", "some"] : ["base", base];
  return new InputError("E_CONFIG", `${key} must be absent without a trainer, got ${value}`);
}

/** Arm of this engine, with the adapter's resolved settings. `otherwise`: its cost, if no arm of the sweep names one. */
export function engineArm(
  arm: RankedArm,
  lora: Omit<EngineArm["lora"], "rank">,
  otherwise: ArmCost | undefined,
): EngineArm {
  return {
    name: arm.name,
    lora: { rank: arm.rank, ...lora },
    ...optimizerOf(arm),
    ...withCost(costOf(arm) ?? otherwise),
  };
}

/** True if an arm names its cost, so that all must. */
export function namesCosts(arms: readonly ArmSettings[]): boolean {
  return arms.some(({ cost }) => cost !== undefined);
}

/** Arm of another trainer. */
export function commandArm(arm: RankedArm): CommandArm {
  const { name, rank, alpha, scaling, targets, method, base, rankPattern, alphaPattern } = arm;
  const entries = Object.entries({ base, method, ...arm.values }).filter(([, value]) => value !== undefined);
  const values = Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
  return {
    name,
    lora: withMembers<Omit<CommandArm["lora"], "dora">>({
      ...patternLists({ rankPattern, alphaPattern }),
      rank,
      alpha: alpha === undefined ? undefined : alphaRule(alpha),
      scalingRule: scaling,
      targetModules: typeof targets === "string" ? [targets] : targets,
    }),
    ...optimizerOf(arm),
    ...(Object.keys(values).length > 0 ? { values } : {}),
    ...withCost(costOf(arm)),
  };
}

function optimizerOf({ learningRate, epochs }: ArmSettings): Pick<EngineArm, "optimizer"> {
  if (learningRate === undefined && epochs === undefined) return {};
  return { optimizer: withMembers<NonNullable<EngineArm["optimizer"]>>({ learningRate, epochs }) };
}

function costOf({ cost }: ArmSettings): ArmCost | undefined {
  return typeof cost === "number" ? { of: "cost", value: cost } : cost;
}

function withCost(cost: ArmCost | undefined): Pick<Arm, "cost"> {
  return cost === undefined ? {} : { cost };
}
