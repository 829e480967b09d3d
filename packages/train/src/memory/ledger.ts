/** Uses of memory. */
export const heldFor = [
  "baseWeights",
  "quantizationConstants",
  "adapterWeights",
  "gradients",
  "optimizerStates",
  /** Values of the blocks' forward passes for their backward passes. */
  "keptForBackward",
  /** Gradients and outputs that blocks hand on. */
  "workspaces",
  /** A batch as tensors. */
  "batch",
  /** Keys and values of texts that are answered. */
  "keyValueCache",
  /** Weights that a decoder keeps a second time, laid out for few rows. */
  "laidOutWeights",
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
 * Bytes of arrays after which V8 looks for those that nobody needs any more, and for those among the new ones alone.
 * Source: kExternalAllocationSoftLimit, and Heap::AllocateExternalBackingStore with twice kMaxSemiSpaceSize, of V8,
 * src/heap/heap.h and heap.cc.
 */
const COLLECT_AFTER = 64 * 2 ** 20;
const SCAVENGE_AT = 32 * 2 ** 20;

/** Keeps account of what a process holds, step by step, and of the moment at which that was most. */
export class Ledger {
  readonly #heap = new Heap();
  readonly #bytes = new Map<HeldFor, number>();
  #dead: Held[] = [];
  #sinceCollection = 0;
  /** New arrays that are needed, and the scavenges that they have survived. */
  #young = new Map<Held, number>();
  #deadYoung: Held[] = [];
  #youngBytes = 0;
  /** Resident bytes at the peak so far, their uses, and the phase. */
  peak = { bytes: 0, uses: new Map<HeldFor, number>(), phase: "" };
  phase = "";

  /** A typed array. */
  array(heldFor: HeldFor, bytes: number): Held {
    if (this.#youngBytes >= SCAVENGE_AT) this.#scavenge();
    this.#sinceCollection += bytes;
    if (this.#sinceCollection > COLLECT_AFTER) this.#collect();
    const array = this.#take(heldFor, bytes, false);
    this.#young.set(array, 0);
    this.#youngBytes += bytes;
    return array;
  }

  /** Memory outside of JavaScript that stays. */
  keep(heldFor: HeldFor, bytes: number): Held {
    return this.#take(heldFor, bytes, false);
  }

  /** A block that onnxruntime takes. */
  block(bytes: number, heldFor: HeldFor = "temporaries"): Held {
    return this.#take(heldFor, bytes, true);
  }

  /** Gives a block back at once. */
  free(allocation: Held): void {
    this.#add(allocation.heldFor, -allocation.bytes);
    this.#heap.give(allocation);
  }

  /** Leaves arrays to the garbage collector. */
  drop(arrays: readonly Held[]): void {
    for (const array of arrays) {
      this.#add(array.heldFor, -array.bytes);
      this.#add("uncollected", array.bytes);
      const dead = this.#young.delete(array) ? this.#deadYoung : this.#dead;
      dead.push({ ...array, heldFor: "uncollected" });
    }
  }

  /** Frees new arrays that nobody needs. A new array that survives this twice is an old one. */
  #scavenge(): void {
    for (const array of this.#deadYoung) {
      this.free(array);
      this.#sinceCollection -= array.bytes;
    }
    this.#deadYoung = [];
    this.#youngBytes = 0;
    for (const [array, survived] of [...this.#young]) {
      if (survived > 0) this.#young.delete(array);
      else this.#youngBytes += array.bytes;
      if (survived === 0) this.#young.set(array, 1);
    }
  }

  #collect(): void {
    for (const array of [...this.#dead, ...this.#deadYoung]) this.free(array);
    this.#dead = [];
    this.#deadYoung = [];
    this.#young.clear();
    this.#youngBytes = 0;
    this.#sinceCollection = 0;
  }

  #take(heldFor: HeldFor, bytes: number, aligned: boolean): Held {
    const allocation = { ...this.#heap.take(bytes, { aligned }), heldFor };
    this.#add(heldFor, bytes);
    const { resident } = this.#heap;
    if (resident > this.peak.bytes)
      this.peak = { bytes: resident, uses: new Map(this.#bytes), phase: this.phase };
    return allocation;
  }

  #add(heldFor: HeldFor, bytes: number): void {
    this.#bytes.set(heldFor, (this.#bytes.get(heldFor) ?? 0) + bytes);
  }
}

/** Memory that was taken. */
interface Taken {
  readonly bytes: number;
  /** Its address and the bytes that it occupies; absent where it was too large for the heap. */
  readonly chunk?: readonly [at: number, bytes: number];
}

/** Larger blocks come from the system one by one: what a sweep sets for its trials (`trialEnvironment` of @lorank/sweep). */
const LARGEST_POOLED = 32 * 2 ** 20;

/** A chunk's header, the granularity of chunks, and the smallest one. Source: glibc, malloc/malloc.c */
const HEADER = 8;
const GRAIN = 16;
const SMALLEST = 32;
/** The alignment of onnxruntime's blocks. Source: MlasGetPreferredBufferAlignment */
const ALIGNMENT = 64;

/**
 * glibc's heap as a sweep sets it up: one heap that never shrinks, best fit, and free neighbours joined at once. It is
 * simulated because memory that it has and cannot use is up to a tenth of the peak. `posix_memalign` takes 96 bytes
 * more than it needs. A freed block is too small for the next one of its size unless a neighbour is free. Source:
 * _int_malloc and _int_memalign of glibc 2.36.
 */
export class Heap {
  /** Free chunks by address: [address, bytes]. */
  readonly #free: [at: number, bytes: number][] = [];
  #top = 0;
  #highest = 0;
  #mapped = 0;

  /** Resident bytes now: the largest size of the heap so far, and the blocks that are mapped beside it. */
  get resident(): number {
    return this.#highest + this.#mapped;
  }

  take(bytes: number, { aligned = false } = {}): Taken {
    if (bytes >= LARGEST_POOLED) {
      this.#mapped += bytes;
      return { bytes };
    }
    const size = Math.max(SMALLEST, Math.ceil((bytes + HEADER) / GRAIN) * GRAIN);
    const [start, found] = this.#bestFit(aligned ? size + ALIGNMENT + SMALLEST : size);
    const past = -(start + GRAIN) & (ALIGNMENT - 1);
    const lead = aligned && past > 0 ? past + (past < SMALLEST ? ALIGNMENT : 0) : 0;
    if (lead > 0) this.#release(start, lead);
    const rest = found - lead - size;
    if (rest < SMALLEST) return { bytes, chunk: [start + lead, found - lead] };
    this.#release(start + lead + size, rest);
    return { bytes, chunk: [start + lead, size] };
  }

  give({ bytes, chunk }: Taken): void {
    if (chunk) this.#release(...chunk);
    else this.#mapped -= bytes;
  }

  /** A chunk of at least this size, cut from the smallest free one that holds it, else from the end. */
  #bestFit(needed: number): [at: number, bytes: number] {
    let best = -1;
    for (let i = 0; i < this.#free.length; i++) {
      const size = this.#free[i]![1];
      if (size >= needed && (best < 0 || size < this.#free[best]![1])) best = i;
    }
    if (best < 0) {
      this.#top += needed;
      this.#highest = Math.max(this.#highest, this.#top);
      return [this.#top - needed, needed];
    }
    const [at, size] = this.#free[best]!;
    const rest = size - needed;
    if (rest >= SMALLEST) this.#free[best] = [at + needed, rest];
    else this.#free.splice(best, 1);
    return [at, rest >= SMALLEST ? needed : size];
  }

  #release(at: number, bytes: number): void {
    let i = this.#free.findIndex(([other]) => other > at);
    if (i < 0) i = this.#free.length;
    this.#free.splice(i, 0, [at, bytes]);
    this.#join(i);
    this.#join(i - 1);
    const last = this.#free.at(-1)!;
    if (last[0] + last[1] >= this.#top) {
      this.#top = last[0];
      this.#free.pop();
    }
  }

  /** Joins free chunk i with the next one where they touch. */
  #join(i: number): void {
    const [chunk, next] = [this.#free[i], this.#free[i + 1]];
    if (!chunk || !next || chunk[0] + chunk[1] < next[0]) return;
    chunk[1] += next[1];
    this.#free.splice(i + 1, 1);
  }
}
