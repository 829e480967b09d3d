import { baseFormat } from "../../src/memory/base-bytes.ts";
import { estimateMemory, WORKSPACE } from "../../src/memory/estimate.ts";
import { profileOf, type StackSettings } from "../../src/memory.ts";
import { selectTargets } from "../../src/models.ts";
import { readCsv, readSettings } from "./csv.ts";
import { measuredModel } from "./models.ts";

/** A published figure for what a stack holds whatever the batch: base, adapter, optimiser state, workspaces. */
export interface StaticRow {
  readonly id: string;
  readonly source: string;
  readonly profile: string;
  readonly model: string;
  readonly base: string;
  readonly rank: number;
  readonly targets: string;
  readonly settings: Partial<StackSettings>;
  readonly bytes: number;
  readonly note: string;
}

export function readStaticRows(): StaticRow[] {
  return readCsv("measured-static.csv").map((cell) => ({
    id: cell.id!,
    source: cell.source!,
    profile: cell.profile!,
    model: cell.model!,
    base: cell.base!,
    rank: Number(cell.rank),
    targets: cell.targets!,
    settings: readSettings(cell.settings!),
    bytes: Number(cell.bytes),
    note: cell.note!,
  }));
}

/** Signed error in per cent of what is held between two steps, when gradients are freed. */
export function staticErrorOf(row: StaticRow): number {
  const shape = measuredModel(row.model);
  const { parts } = estimateMemory({
    shape,
    targets: selectTargets(shape, [...row.targets]),
    rank: row.rank,
    base: baseFormat(row.base),
    profile: profileOf(row.profile),
    settings: row.settings,
    microBatch: 1,
    seq: 1,
  });
  const held =
    parts.baseWeights +
    parts.quantizationConstants +
    parts.adapterWeights +
    parts.optimizerStates +
    WORKSPACE;
  return 100 * (held / row.bytes - 1);
}
