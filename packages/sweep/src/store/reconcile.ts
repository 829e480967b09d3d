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
 * A new folder gets the plan's config. A folder with the same config is a resume. With `extend`, ranks and seeds of
 * both are run: `--extend --ranks 64` adds 64 to those that are there. Another method may go on with the trials of one,
 * and test examples may be added. Without it, ranks may be left out, and taken in again: {@link rankChanges}. Any other
 * difference is refused: trials under two settings cannot be compared, nor may a margin move after the results are known.
 * `settings.json` is written before `sweep.json`, where there are `settings`.
 *
 * @throws InputError `E_SWEEP_CHANGED` with the differing settings, one a line.
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
  const toRun = extend ? (planAgain(union(before, plan.config)) as P) : plan;
  // The hash of the data tells which examples were chosen.
  const changes = settingsDiff(before, toRun.config).filter(
    ({ path }) => !/^(overlap|sharedSources)\./.test(path),
  );
  const allowed = changes.filter(
    (change) =>
      (extend && isExtendable(change)) || (change.path === "ranks" && rankChanges(out, toRun) !== undefined),
  );
  if (changes.length > allowed.length) throw changed(changes.filter((change) => !allowed.includes(change)));
  // First, so that a sweep that is killed in between goes on by the folder's own settings.
  writeSettings(out, settings, toRun.config);
  if (allowed.length > 0) writeSweepFile(path, toRun.config);
  return toRun;
}

/**
 * Finds how a plan changes the ranks of the sweep in the folder `out`; nothing in one without a sweep. Undefined where
 * the plan has a rank that the sweep never had. Throws as {@link readPlan}, and:
 *
 * @throws InputError `E_SWEEP_CHANGED` for a rank with outcomes that would leave a race or a probe.
 */
export function rankChanges(out: string, plan: Plan): RankChanges | undefined {
  if (!existsSync(join(out, "sweep.json"))) return { leftOut: [], takenIn: [] };
  return changesOfRanks(new SweepStore(out, { readOnly: true }), readPlan(out), plan);
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
    // Where rank 0 was allowed, it still is.
    ...(hadHead === undefined ? {} : { headOnlyBaseline: hadHead }),
    ...(hasHead === true ? { headOnlyBaseline: true } : {}),
    // A check that was chosen once stays in the results.
    ...chosenChecks(before),
  };
}

function isExtendable({ path, before }: SettingChange): boolean {
  // Test examples can be added, not exchanged: the verdict on a new set would be the second look at its examples.
  if (path.startsWith("test.")) return before === undefined;
  return ["ranks", "seeds", "headOnlyBaseline", "method", ...checkKeys].includes(path);
}

function changed(changes: ReturnType<typeof settingsDiff>): InputError {
  const isOfTest = ({ path }: SettingChange) => path.startsWith("test.");
  const advice = changes.every(isExtendable)
    ? changes.every(isOfTest)
      ? "Use --extend to add test examples to this sweep, or another --out."
      : "Use --extend to add ranks or seeds to this sweep or to go on with another method, or another --out."
    : changes.every(isOfTest)
      ? "Give the test examples that the sweep began with, or use another --out: others would be a second look."
      : "Use another --out: trials under different settings cannot be compared.";
  return new InputError(
    "E_SWEEP_CHANGED",
    `out must be a new folder or hold the same sweep, got other settings in sweep.json:\n${formatChanges(changes)}\n${advice}`,
  );
}
