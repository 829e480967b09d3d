import { deviceBand, reservedBand } from "./bands.ts";
import { type MemoryParts, totalOfParts } from "./parts.ts";

/** When the peak is reached. */
export type PeakPhase = "loss" | "block backward" | "optimizer step";

/** The largest of the phases, with what allocator and device hold for it. */
export interface Peak {
  /** The most that the framework has allocated at one time: torch's `max_memory_allocated`. */
  readonly allocatedBytes: number;
  /** What its allocator holds for that; how it cuts and reuses its blocks is not known. */
  readonly reservedBytes: readonly [lo: number, hi: number];
  /** What the device's own tool shows, with context and kernels. */
  readonly deviceBytes: readonly [lo: number, hi: number];
  readonly peakPhase: PeakPhase;
  /** Bytes in each phase; the largest is `allocatedBytes`. */
  readonly phases: Readonly<Record<PeakPhase, number>>;
  /** Adds up to `allocatedBytes`. */
  readonly parts: MemoryParts;
}

/** `logits`: bytes of the loss at its largest. `paged`: optimiser states that the driver may keep on the device. */
export function peakOf(
  phases: Readonly<Record<PeakPhase, MemoryParts>>,
  { logits, paged }: { readonly logits: number; readonly paged: number },
): Peak {
  const [peakPhase, parts] = largestPhase(phases);
  const allocatedBytes = totalOfParts(parts);
  const reservedBytes = reservedBand(allocatedBytes, logits);
  return {
    allocatedBytes,
    reservedBytes,
    deviceBytes: deviceBand(reservedBytes, paged),
    peakPhase,
    phases: {
      loss: totalOfParts(phases.loss),
      "block backward": totalOfParts(phases["block backward"]),
      "optimizer step": totalOfParts(phases["optimizer step"]),
    },
    parts,
  };
}

export function largestPhase<Name extends string>(
  phases: Readonly<Record<Name, MemoryParts>>,
): [Name, MemoryParts] {
  const entries = Object.entries(phases) as [Name, MemoryParts][];
  return entries.reduce((best, entry) => (totalOfParts(entry[1]) > totalOfParts(best[1]) ? entry : best));
}
