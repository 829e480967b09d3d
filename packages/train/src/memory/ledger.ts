export const heldFor = [
  "baseWeights",
  "quantizationConstants",
  "adapterWeights",
  "gradients",
  "optimizerStates",
  /** Forward values blocks save for the backward pass. */
  "keptForBackward",
  /** Buffers for gradients and outputs passed between blocks. */
  "workspaces",
  "batch",
  /** Cached keys and values while answering. */
  "keyValueCache",
  /** Second copy of a decoder's weights, laid out by onnxruntime for products with few rows. */
  "laidOutWeights",
  "programs",
  /** Intermediate values in the running program, in onnxruntime's memory. */
  "temporaries",
  /** Unused arrays V8 has not collected. */
  "uncollected",
] as const;
export type HeldFor = (typeof heldFor)[number];

export interface Held extends Taken {
  readonly heldFor: HeldFor;
}

/**
 * V8's limits: bytes allocated until it collects all garbage, and bytes in new arrays until it scavenges. Source:
 * kExternalAllocationSoftLimit, and Heap::AllocateExternalBackingStore with twice kMaxSemiSpaceSize, of V8,
 * src/heap/heap.h and heap.cc.
 */
const COLLECT_AFTER = 64 * 2 ** 20;
const SCAVENGE_AT = 32 * 2 ** 20;

/** Simulates a process's memory allocation by allocation, and records the peak. */
export class Ledger {
  readonly #heap = new Heap();
  readonly #bytes = new Map<HeldFor, number>();
  #dead: Held[] = [];
  #sinceCollection = 0;
  /** New arrays in use, each with the count of scavenges it survived. */
  #young = new Map<Held, number>();
  #deadYoung: Held[] = [];
  #youngBytes = 0;
  /** Peak so far: resident bytes, bytes by use, and the phase in which it occurred. */
  peak = { bytes: 0, uses: new Map<HeldFor, number>(), phase: "" };
  phase = "";

  array(heldFor: HeldFor, bytes: number): Held {
    if (this.#youngBytes >= SCAVENGE_AT) this.#scavenge();
    this.#sinceCollection += bytes;
    if (this.#sinceCollection > COLLECT_AFTER) this.#collect();
    const array = this.#take(heldFor, bytes, false);
    this.#young.set(array, 0);
    this.#youngBytes += bytes;
    return array;
  }

  /** Allocates unaligned memory outside JavaScript, which no collection frees. */
  keep(heldFor: HeldFor, bytes: number): Held {
    return this.#take(heldFor, bytes, false);
  }

  block(bytes: number, heldFor: HeldFor = "temporaries"): Held {
    return this.#take(heldFor, bytes, true);
  }

  free(allocation: Held): void {
    this.#add(allocation.heldFor, -allocation.bytes);
    this.#heap.give(allocation);
  }

  drop(arrays: readonly Held[]): void {
    for (const array of arrays) {
      this.#add(array.heldFor, -array.bytes);
      this.#add("uncollected", array.bytes);
      const dead = this.#young.delete(array) ? this.#deadYoung : this.#dead;
      dead.push({ ...array, heldFor: "uncollected" });
    }
  }

  /** V8's scavenge: frees unused new arrays; arrays that survive two scavenges become old. */
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

interface Taken {
  readonly bytes: number;
  /** Chunk address and size; absent for blocks too large for the heap. */
  readonly chunk?: readonly [at: number, bytes: number];
}

/** Largest block in the heap; larger blocks are mapped (`trialEnvironment` of @lorank/sweep). */
const LARGEST_POOLED = 32 * 2 ** 20;

/** Chunk header, granularity and smallest chunk in bytes. Source: glibc, malloc/malloc.c */
const HEADER = 8;
const GRAIN = 16;
const SMALLEST = 32;
/** Alignment that onnxruntime requests. Source: MlasGetPreferredBufferAlignment */
const ALIGNMENT = 64;

/**
 * glibc's heap as a sweep configures it: never shrinking, best fit, neighbours joined. Unusable memory is up to a tenth
 * of the peak. `posix_memalign` takes 96 extra bytes, so a freed block alone does not fit an equal request. Source:
 * _int_malloc and _int_memalign of glibc 2.36.
 */
export class Heap {
  /** Free chunks by address: [address, bytes]. */
  readonly #free: [at: number, bytes: number][] = [];
  #top = 0;
  #highest = 0;
  #mapped = 0;

  /** Resident bytes: largest heap size so far, and mapped blocks. */
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

  /** Best fit: the smallest free chunk that fits, cut to size, else a new chunk. */
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

  #join(i: number): void {
    const [chunk, next] = [this.#free[i], this.#free[i + 1]];
    if (!chunk || !next || chunk[0] + chunk[1] < next[0]) return;
    chunk[1] += next[1];
    this.#free.splice(i + 1, 1);
  }
}
