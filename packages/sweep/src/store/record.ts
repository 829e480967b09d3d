import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeFileAtomic } from "@lorank/checkpoint/disk";
import { InputError } from "@lorank/core";
import { checkResultPart } from "@lorank/evidence/parse";
import { canonicalJson, type SearchSummary } from "@lorank/evidence/schema";
import type { SweepPlan } from "../plan/plan.ts";
import { configPath, namesToSearch, type ToSearch, valueIn, withFound } from "../plan/searched-settings.ts";
import { formatChanges, settingsDiff } from "../plan/settings-diff.ts";
import type { SweepConfig } from "../plan/sweep-config.ts";
import { makeOwnFolder, readJsonObject } from "./files.ts";
import { searchFolder } from "./own-names.ts";
import { readSweepFile } from "./sweep-file.ts";

/** Search result and the settings it depends on, the content of `search/search.json`. */
interface SearchRecord {
  readonly settings: ReturnType<typeof settingsOf>;
  readonly search: SearchSummary;
}

export function searchedRanks({ ranks }: Pick<SweepConfig, "ranks">): number[] {
  return [...new Set([Math.min(...ranks), Math.max(...ranks)])];
}

/**
 * Search result in the results folder for this sweep, if any.
 *
 * @param plan with the defaults of the settings to find.
 * @param extend the plan's ranks may differ from the search's, once that led to a sweep.
 * @throws InputError `E_SWEEP_CHANGED` for other settings, or a sweep that began without a search.
 */
export function savedSearch(
  out: string,
  plan: SweepPlan,
  toSearch: ToSearch,
  extend = false,
): SearchSummary | undefined {
  const record = readRecord(out);
  if (record === undefined) {
    assertNoSweep(out, toSearch);
    return undefined;
  }
  const settings = settingsOf(plan.config, toSearch);
  const isOfSweep = extend || existsSync(join(out, "sweep.json"));
  const changes = settingsDiff(
    record.settings,
    isOfSweep ? { ...settings, ranks: record.settings.ranks } : settings,
  );
  if (changes.length === 0) return record.search;
  throw new InputError(
    "E_SWEEP_CHANGED",
    `out must be a new folder or hold the same search, got other settings in search/search.json:\n${formatChanges(changes)}\n` +
      "Use another --out: what was found under other settings need not hold for these.",
  );
}

export function writeRecord(out: string, plan: SweepPlan, toSearch: ToSearch, search: SearchSummary): void {
  const record: SearchRecord = { settings: settingsOf(plan.config, toSearch), search };
  makeOwnFolder(dirname(recordPath(out)));
  writeFileAtomic(recordPath(out), `${JSON.stringify(record, null, 2)}\n`);
}

/** Search in `out` whose values `config` has, if any. */
export function searchBehind(
  out: string,
  { optimizer, lora }: Pick<SweepConfig, "optimizer" | "lora">,
): SearchSummary | undefined {
  const search = readRecord(out)?.search;
  if (search === undefined) return undefined;
  const used = { optimizer, lora };
  return canonicalJson(withFound(used, search)) === canonicalJson(used) ? search : undefined;
}

function recordPath(out: string): string {
  return join(searchFolder(out), "search.json");
}

function readRecord(out: string): SearchRecord | undefined {
  const path = recordPath(out);
  if (!existsSync(path)) return undefined;
  const sweep = join(out, "sweep.json");
  const advice = existsSync(sweep)
    ? `Delete ${path}, then run the same with the settings that ${sweep} has.`
    : `Delete ${path}, then run the same again: the search goes by the trainings that are there.`;
  const record = readJsonObject(path, advice);
  const [issue] = checkResultPart("SearchSummary", record.search);
  if (issue === undefined) return record as unknown as SearchRecord;
  const at = issue.path.replace("$", "search");
  throw new InputError(
    "E_JSON",
    `${path} must hold what a search found: ${at} must be ${issue.rule}, got ${issue.value}\n${advice}`,
  );
}

/** Settings a search depends on; not seeds, metric and margin. */
function settingsOf({ base, data, task, lora, optimizer, compute, ranks }: SweepConfig, toSearch: ToSearch) {
  const shared = { base, data, task, lora, optimizer, ...(compute === undefined ? {} : { compute }) };
  // Records of 0.1 name these two, searched or not.
  const search = Object.fromEntries(namesToSearch(toSearch).map((name) => [name, true]));
  return {
    ...shared,
    ranks: searchedRanks({ ranks }),
    search: { learningRate: false, epochs: false, ...search },
  };
}

function assertNoSweep(out: string, toSearch: ToSearch): void {
  const path = join(out, "sweep.json");
  if (!existsSync(path)) return;
  const config = readSweepFile(out) as SweepConfig;
  const lines = namesToSearch(toSearch).map(
    (name) => `  ${configPath(name)}: ${JSON.stringify(valueIn(config, name))} -> auto`,
  );
  throw new InputError(
    "E_SWEEP_CHANGED",
    `out must be a new folder or hold the same sweep, got one without a search:\n${lines.join("\n")}\n` +
      "Give what the sweep began with, or use another --out.",
  );
}
