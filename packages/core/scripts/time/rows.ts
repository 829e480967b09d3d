import { baseFormat } from "../../src/memory/base-bytes.ts";
import { profileOf, type StackSettings } from "../../src/memory.ts";
import { selectTargets } from "../../src/models.ts";
import { cardSpeeds } from "../../src/time/cards.ts";
import { secondsOf, type TimeConstants } from "../../src/time/law.ts";
import { type Kernels, type StepWork, stepWork } from "../../src/time/work.ts";
import { readCsv, readSettings } from "../accuracy/csv.ts";
import { measuredLayers, measuredModel } from "../accuracy/models.ts";

/** A published step time; see data/README.md. */
export interface StepRow {
  readonly id: string;
  readonly source: string;
  readonly card: string;
  /** Undefined where no profile describes the stack. */
  readonly profile: string | undefined;
  readonly kernels: Kernels;
  readonly model: string;
  readonly base: string;
  readonly rank: number;
  readonly targets: string;
  readonly tokensPerSecond: number;
  readonly work: StepWork;
}

/** Two runs of one source that differ in one thing. */
export interface RowPair {
  readonly name: string;
  readonly source: string;
  readonly first: StepRow;
  readonly second: StepRow;
  /** Factor between the seconds of the second run and the first. */
  readonly measured: number;
}

export function readStepRows(): StepRow[] {
  return readCsv("measured-steps.csv").map(toRow);
}

/** Pairs stand in two lines that follow each other, `<name> a` and `<name> b`. */
export function readPairs(): RowPair[] {
  const sides = readCsv("measured-step-pairs.csv").map(toRow);
  return sides.flatMap((first, i) => {
    const second = sides[i + 1];
    if (i % 2 === 1 || second === undefined) return [];
    const [name = ""] = first.id.split(" ");
    const measured = first.tokensPerSecond / second.tokensPerSecond;
    return [{ name, source: first.source, first, second, measured }];
  });
}

function toRow(cell: Readonly<Record<string, string>>): StepRow {
  const { id, source, card, model, base, targets } = cell as Record<string, string>;
  const profile = cell.profile === "" ? undefined : cell.profile!;
  const { settings, traits } = profileOf(profile ?? "trl");
  const shape = measuredModel(model!);
  const stated: Partial<StackSettings> = {
    checkpointing: cell.checkpointing as StackSettings["checkpointing"],
    ...readSettings(cell.settings!),
  };
  const kernels = cell.kernels as Kernels;
  const rank = Number(cell.rank);
  const named = targets === "c_attn" ? [targets] : measuredLayers(shape, targets!);
  const work = stepWork({
    ...{ shape, rank, traits, kernels, base: baseFormat(base!) },
    targets: selectTargets(shape, targets === "all" ? "all-linear" : named),
    microBatch: Number(cell.microBatch),
    seq: Number(cell.seq),
    settings: { ...settings, ...numbers(stated) },
  });
  const tokensPerSecond = Number(cell.tokensPerSecond);
  return {
    ...{ id: id!, source: source!, card: card!, profile, kernels, model: model!, base: base! },
    ...{ rank, targets: targets!, tokensPerSecond, work },
  };
}

/** Cells hold texts; a dropout is a number. */
function numbers(stated: Partial<StackSettings>): Partial<StackSettings> {
  return { ...stated, ...(stated.dropout === undefined ? {} : { dropout: Number(stated.dropout) }) };
}

/** Predicted seconds of a pass. */
export function predictedSeconds({ base, card, work }: StepRow, constants: TimeConstants): number {
  const format = base === "gptq" ? "gptq" : base.startsWith("nf4") ? "nf4" : "float";
  return secondsOf(work, cardSpeeds[card]!, constants, format);
}

/** Predicted seconds / measured seconds. */
export function ratioOf(row: StepRow, constants: TimeConstants): number {
  return predictedSeconds(row, constants) / (row.work.tokens / row.tokensPerSecond);
}
