import { Heap, type Taken } from "./heap.ts";

/** What memory is held for. */
export const heldFor = [
  "baseWeights",
  "quantizationConstants",
  "adapterWeights",
  "gradients",
  "optimizerStates",
  /** What the blocks' forward passes keep for their backward passes. */
  "keptForBackward",
  /** What else blocks hand on: gradients and outputs. */
  "workspaces",
  /** A batch as tensors. */
  "batch",
  /** Compiled programs. */
  "programs",
  /** Values of one program while it runs. */
  "temporaries",
  /** Arrays that nobody needs and the garbage collector has not come for. */
  "uncollected",
] as const;
export type HeldFor = (typeof heldFor)[number];

/** An array of JavaScript's, or a block of onnxruntime's. */
export interface Held extends Taken {
  readonly heldFor: HeldFor;
}

/**
 * Bytes of arrays after which V8 looks for those that nobody needs any more. Source: kExternalAllocationSoftLimit of V8,
 * src/heap/heap.h.
 */
const COLLECT_AFTER = 64 * 2 ** 20;

/** Keeps account of what a process holds, step by step, and of the moment at which that was most. */
export class Ledger {
  readonly #heap = new Heap();
  readonly #bytes = new Map<HeldFor, number>();
  #dead: Held[] = [];
  #sinceCollection = 0;
  /** Resident bytes at the peak so far, what was held then, and in which phase that was. */
  peak = { bytes: 0, held: new Map<HeldFor, number>(), phase: "" };
  phase = "";

  /** A typed array. */
  array(heldFor: HeldFor, bytes: number): Held {
    this.#sinceCollection += bytes;
    if (this.#sinceCollection > COLLECT_AFTER) this.#collect();
    return this.#take(heldFor, bytes, false);
  }

  /** Memory outside of JavaScript that stays. */
  keep(heldFor: HeldFor, bytes: number): Held {
    return this.#take(heldFor, bytes, false);
  }

  /** A block that onnxruntime takes for a run. */
  block(bytes: number): Held {
    return this.#take("temporaries", bytes, true);
  }

  /** Gives a block back at once. */
  free(held: Held): void {
    this.#add(held.heldFor, -held.bytes);
    this.#heap.give(held);
  }

  /** Leaves arrays to the garbage collector. */
  drop(arrays: readonly Held[]): void {
    for (const array of arrays) {
      this.#add(array.heldFor, -array.bytes);
      this.#add("uncollected", array.bytes);
      this.#dead.push({ ...array, heldFor: "uncollected" });
    }
  }

  #collect(): void {
    this.#sinceCollection = 0;
    for (const array of this.#dead) this.free(array);
    this.#dead = [];
  }

  #take(heldFor: HeldFor, bytes: number, aligned: boolean): Held {
    const held = { ...this.#heap.take(bytes, { aligned }), heldFor };
    this.#add(heldFor, bytes);
    const { resident } = this.#heap;
    if (resident > this.peak.bytes)
      this.peak = { bytes: resident, held: new Map(this.#bytes), phase: this.phase };
    return held;
  }

  #add(heldFor: HeldFor, bytes: number): void {
    this.#bytes.set(heldFor, (this.#bytes.get(heldFor) ?? 0) + bytes);
  }
}
