import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "@lorank/checkpoint/disk";
import { InputError } from "@lorank/core";
import { checkKeys, chosenChecks } from "../plan/checks.ts";
import { type Plan, planAgain } from "../plan/plan.ts";
import { formatChanges, type SettingChange, settingsDiff } from "../plan/settings-diff.ts";
import { changesOfRanks, type RankChanges } from "./rank-changes.ts";
import { SweepStore } from "./store.ts";
import { type AskedSettings, readPlan, readSweepFile, writeSettings } from "./sweep-file.ts";

/**
 * Makes `sweep.json` and the plan agree, and returns the plan to run.
 *
 * An equal config is a resume. With `extend`, ranks and seeds of both are run, arms as in `plan`, the method may change,
 * and test examples may be added. Without it, ranks and arms may be left out and taken in again: {@link rankChanges}.
 * Other differences are refused: trials under two settings cannot be compared.
 *
 * @throws InputError `E_SWEEP_CHANGED` with the differing settings, one per line.
 */
export function reconcileSweepFile<P extends Plan>(
  out: string,
  plan: P,
  extend: boolean,
  settings?: AskedSettings,
): P {
  const path = join(out, "sweep.json");
  if (!existsSync(path)) {
    writeSettings(out, settings, plan.config);
    writeSweepFile(path, plan.config);
    return plan;
  }
  const before = readSweepFile(out);
  const isOfArms = plan.config.arms !== undefined;
  const isUnion = extend && isOfArms === (before.arms !== undefined);
  const toRun = isUnion ? (planAgain(union(before, plan.config)) as P) : plan;
  const changes = settingsDiff(byName(before, toRun.config), byName(toRun.config, before)).filter(
    ({ path }) => !isForResults(path),
  );
  const areKnown = changes.some(isOfRanks) && rankChanges(out, toRun) !== undefined;
  const allowed = changes.filter(
    (change) => (areKnown && isOfRanks(change)) || (extend && isExtendable(change)),
  );
  if (changes.length > allowed.length) throw changed(changes.filter((change) => !allowed.includes(change)));
  // Settings are written first: a kill in between must leave no `sweep.json` without settings.
  writeSettings(out, settings, toRun.config);
  if (allowed.length > 0) writeSweepFile(path, toRun.config);
  return toRun;
}

/**
 * Changes of ranks from the sweep in `out`, if any, to `plan`; undefined for a rank that it never had.
 *
 * @throws InputError `E_SWEEP_CHANGED` for a rank with outcomes that would leave a race or a probe, and as
 *   {@link readPlan}.
 */
export function rankChanges(out: string, plan: Plan): RankChanges | undefined {
  if (!existsSync(join(out, "sweep.json"))) return { leftOut: [], takenIn: [] };
  return changesOfRanks(new SweepStore(out, { readOnly: true }), readPlan(out), plan);
}

/** Config with the names of its arms in order, and the settings of those that `other` has too; their numbers follow. */
function byName({ ranks, arms, ...config }: Plan["config"], other: Plan["config"]): object {
  if (arms === undefined) return { ...config, ranks };
  const shared = arms.filter(({ name }) => other.arms?.some((one) => one.name === name));
  const settings = shared.map(({ name, ...arm }) => [`arms.${name}`, arm]);
  return { ...config, arms: arms.map(({ name }) => name), ...Object.fromEntries(settings) };
}

function isOfRanks({ path }: SettingChange): boolean {
  return path === "ranks" || path === "arms";
}

function writeSweepFile(path: string, config: Plan["config"]): void {
  writeFileAtomic(path, `${JSON.stringify(config, null, 2)}\n`);
}

function union<Config extends Plan["config"]>(before: Plan["config"], after: Config): Config {
  const [hadHead, hasHead] = [before, after].map((config) =>
    "headOnlyBaseline" in config ? config.headOnlyBaseline : undefined,
  );
  return {
    ...after,
    ranks: [...new Set([...before.ranks, ...after.ranks])],
    seeds: [...new Set([...before.seeds, ...after.seeds])],
    ...(hadHead === undefined ? {} : { headOnlyBaseline: hadHead }),
    ...(hasHead === true ? { headOnlyBaseline: true } : {}),
    ...chosenChecks(before),
  };
}

/** Tells whether a member only describes examples: trials on others already differ in the data's hash. */
function isForResults(path: string): boolean {
  return /^(overlap|sharedSources)\.|^(test\.)?examplesSha256$/.test(path);
}

function isExtendable(change: SettingChange): boolean {
  const { path, before, after } = change;
  // Test examples can be added, not exchanged: a verdict on a new set would be a second look.
  if (path.startsWith("test.")) return before === undefined;
  // Ranks do not become arms: these have other trials.
  if (isOfRanks(change)) return before !== undefined && after !== undefined;
  return ["seeds", "headOnlyBaseline", "method", ...checkKeys].includes(path);
}

function changed(changes: ReturnType<typeof settingsDiff>): InputError {
  const isOfTest = ({ path }: SettingChange) => path.startsWith("test.");
  const compared = changes.some(({ path }) => path === "arms") ? "arms" : "ranks";
  const advice = changes.every(isExtendable)
    ? changes.every(isOfTest)
      ? "Use --extend to add test examples to this sweep, or another --out."
      : `Use --extend to add ${compared} or seeds to this sweep or to go on with another method, or another --out.`
    : changes.every(isOfTest)
      ? "Give the test examples that the sweep began with, or use another --out: others would be a second look."
      : "Use another --out: trials under different settings cannot be compared.";
  return new InputError(
    "E_SWEEP_CHANGED",
    `out must be a new folder or hold the same sweep, got other settings in sweep.json:\n${formatChanges(changes)}\n${advice}`,
  );
}
