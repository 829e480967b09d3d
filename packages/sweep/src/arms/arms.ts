import { kebabCase } from "@lorank/core";
import type { ArmAxis, CommandLora, LoraSpec, OptimizerSpec } from "@lorank/evidence/schema";
import type { AlphaRule, LoraSettings, Must, TrainingConfig } from "@lorank/train/spec";

/** Arm of a sweep: a name, the settings in which it differs from the sweep's, and a cost. */
export interface Arm {
  readonly name: string;
  /** Cost, by which arms are ordered; absent if unknown, then for all arms. */
  readonly cost?: ArmCost;
  readonly lora: Pick<LoraSpec, "rank">;
}

export interface ArmCost {
  /** Name of the cost, with its unit: `GPU hours`. */
  readonly of: string;
  readonly value: number;
}

type ArmOptimizer = Partial<Pick<OptimizerSpec, "learningRate" | "epochs">>;

export interface EngineArm extends Arm {
  readonly lora: Pick<LoraSpec, "rank"> & LoraSettings;
  readonly optimizer?: ArmOptimizer;
}

export interface CommandArm extends Arm {
  readonly lora: Omit<CommandLora, "alpha"> & { readonly alpha?: AlphaRule };
  readonly optimizer?: ArmOptimizer;
  /** Settings that the trainer alone understands, by name. */
  readonly values?: Readonly<Record<string, string>>;
}

interface Armed<Of extends Arm> {
  readonly arms?: readonly Of[];
}

/**
 * Config with its arms in order of cost, the first named first among equals, and their numbers as `ranks`. Without arms
 * ranks are sorted.
 */
export function inOrderOfCost<Config extends Armed<Arm> & { readonly ranks: readonly number[] }>(
  config: Config,
): Config {
  if (config.arms === undefined) return { ...config, ranks: config.ranks.toSorted((a, b) => a - b) };
  const arms = config.arms.toSorted((a, b) => (a.cost?.value ?? 0) - (b.cost?.value ?? 0));
  return { ...config, arms, ranks: arms.map((_, place) => place + 1) };
}

/** Arm with a number, its place in a config whose arms are in order; undefined where ranks are compared. */
export function armAt<Of extends Arm>({ arms }: Armed<Of>, rank: number): Of | undefined {
  return arms?.[rank - 1];
}

/** Training config of an arm: the sweep's, with the arm's own settings. */
export function settingsOfArm<Config extends Pick<TrainingConfig, "lora" | "optimizer">>(
  config: Config,
  { lora: { rank: _, ...lora }, optimizer }: EngineArm,
): Config {
  return { ...config, lora, optimizer: { ...config.optimizer, ...optimizer } };
}

/** Axis of a config with arms in order, for its results. */
export function axisOf(arms: readonly Arm[]): ArmAxis {
  const costs = arms.flatMap(({ cost }) => cost ?? []);
  const [first] = costs;
  return {
    by: "arm",
    names: arms.map(({ name }) => name),
    ...(first === undefined ? {} : { cost: { of: first.of, values: costs.map(({ value }) => value) } }),
  };
}

/** Name of an arm for files: letters, digits and `._-`, at most 60. */
export function fileName(arm: string): string {
  return arm.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 60);
}

const nameRule = "1 to 60 characters in one line that begin with a letter or digit and end without a space";

const isName = (name: string): boolean =>
  /^[A-Za-z0-9](?:[^\p{C}\p{Zl}\p{Zp}]{0,58}[^\p{C}\p{Z}])?$/u.test(name);

/** Setting of an arm as a sweep's file names it: `arms.mlp.learning-rate`. */
export function armField(name: string, setting: string): string {
  return `arms.${name}.${kebabCase(setting)}`;
}

/** Settings as an arm names them, by their names in a trial's spec. */
const ownSettings: Readonly<Record<string, string>> = { targetModules: "targets", scalingRule: "scaling" };

/** Message on the settings of an arm: `lora.alpha must be …` becomes `arms.mlp.alpha must be …`. */
export function inArmWords(name: string, message: string): string {
  const [field, setting] = /^(?:lora\.|optimizer\.)?([A-Za-z]+)(?= must )/.exec(message) ?? [];
  if (field === undefined) return `arms.${name}: ${message}`;
  return `${armField(name, ownSettings[setting!] ?? setting!)}${message.slice(field.length)}`;
}

interface CheckedArms extends Armed<Arm> {
  readonly method?: string;
  readonly robustness?: true;
}

/** Checks arms' names and costs, and that the sweep's method can compare arms. */
export function checkArms({ arms = [], method, robustness }: CheckedArms, must: Must): void {
  must(arms.length > 0, "arms", "one or more arms", arms);
  const seen = new Map<string, string>();
  for (const { name, cost, lora } of arms) {
    must(isName(name), "arms.name", nameRule, JSON.stringify(name));
    const file = fileName(name).toLowerCase();
    const other = seen.get(file);
    must(other === undefined, "arms.name", `different from ${other} in its letters and digits`, name);
    seen.set(file, name);
    must.count(armField(name, "rank"), lora.rank);
    const isCost = cost === undefined || (Number.isFinite(cost.value) && cost.value >= 0);
    must(isCost, armField(name, "cost"), "at least 0", cost?.value);
  }
  checkCosts(arms, must);
  must(method !== "probe", "method", "grid or race with arms, as no adapter is cut to another arm", method);
  const hasCosts = arms.every(({ cost }) => cost !== undefined);
  must(method !== "race" || hasCosts, "method", "grid for arms without costs", method);
  must(robustness !== true, "robustness", "off with arms: name arms at other rates", robustness);
}

function checkCosts(arms: readonly Arm[], must: Must): void {
  const units = [...new Set(arms.map(({ cost }) => cost?.of))];
  const lacking = arms.filter(({ cost }) => cost === undefined).map(({ name }) => name);
  const isAll = lacking.length === 0 || lacking.length === arms.length;
  must(isAll, "arms.cost", "given for all arms or for none", `none for ${lacking.join(", ")}`);
  must(!isAll || units.length < 2, "arms.cost", "in one unit", units);
}
