import type { HalfDtype } from "../compute-dtype.ts";
import type { DType, Shape, Tensor } from "../tensor.ts";

export type Slot = number;

/**
 * TF_AttrType numbers that are used: https://github.com/tensorflow/tensorflow/blob/v2.18.1/tensorflow/c/tf_attrtype.h
 */
export const ATTRIBUTE_TYPE = { int: 1, bool: 3, type: 4 };

export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean;
}

/** TensorFlow operation with the slots (tensor numbers) that it reads and fills. */
export interface Call {
  readonly op: string;
  readonly attributes: readonly Attribute[];
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
}

/** Constant tensor in a plan. int32 is for axes, shapes and sizes, which TensorFlow keeps on the host. */
export type PlanConstant =
  | Tensor
  | { readonly dtype: "int32"; readonly shape: Shape; readonly data: Int32Array };

export interface PlanOutput {
  readonly name: string;
  readonly slot: Slot;
  readonly dtype: DType;
  readonly shape: Shape;
}

interface PlanStep extends Call {
  /** Slots to delete afterwards: no later call or output reads them. */
  readonly frees: readonly Slot[];
}

/** Input equal at every run, as it is or rounded. */
interface BoundInput {
  readonly name: string;
  readonly rounded?: HalfDtype;
}

/** TensorFlow operations for a program, with every tensor's lifetime. */
export interface OpPlan {
  readonly constants: ReadonlyMap<Slot, PlanConstant>;
  readonly feeds: ReadonlyMap<Slot, string>;
  readonly bound: ReadonlyMap<Slot, BoundInput>;
  readonly steps: readonly PlanStep[];
  readonly outputs: readonly PlanOutput[];
}

/** Collects a plan's calls; equal calls and constants are made once. */
export class PlanBuilder {
  readonly #constants = new Map<Slot, PlanConstant>();
  readonly #feeds = new Map<Slot, string>();
  readonly #bound = new Map<Slot, BoundInput>();
  readonly #calls: Call[] = [];
  readonly #known = new Map<string, readonly Slot[]>();
  #slots = 0;

  feed(name: string): Slot {
    const slot = this.#slots++;
    this.#feeds.set(slot, name);
    return slot;
  }

  /** Adds an input that is equal at every run and outlives runs. */
  bound(input: BoundInput): Slot {
    const key = `bound ${input.name} ${input.rounded ?? ""}`;
    return this.#once(key, 1, ([slot]) => this.#bound.set(slot!, input))[0]!;
  }

  constant(tensor: PlanConstant): Slot {
    const { dtype, shape, data } = tensor;
    // Longer constants are weights or tables, never made twice.
    const key = data.length <= 64 ? `${dtype}[${shape.join(",")}]=${data.join(",")}` : `#${this.#slots}`;
    return this.#once(key, 1, ([slot]) => this.#constants.set(slot!, tensor))[0]!;
  }

  scalar(value: number): Slot {
    return this.constant({ dtype: "float32", shape: [], data: Float32Array.of(value) });
  }

  int32(value: number): Slot {
    return this.constant({ dtype: "int32", shape: [], data: Int32Array.of(value) });
  }

  /** int32 tensor; by default a vector. */
  int32s(values: readonly number[], shape: Shape = [values.length]): Slot {
    return this.constant({ dtype: "int32", shape, data: Int32Array.from(values) });
  }

  call(op: string, inputs: readonly Slot[], attributes: readonly Attribute[] = []): Slot {
    return this.calls(op, inputs, attributes, 1)[0]!;
  }

  calls(
    op: string,
    inputs: readonly Slot[],
    attributes: readonly Attribute[],
    count: number,
  ): readonly Slot[] {
    const key = `${op}(${inputs.join(",")})${attributes.map(({ name, value }) => `${name}=${value}`).join(",")}`;
    return this.#once(key, count, (outputs) => this.#calls.push({ op, attributes, inputs, outputs }));
  }

  finish(outputs: readonly PlanOutput[]): OpPlan {
    const read = new Set([
      ...this.#calls.flatMap(({ inputs }) => inputs),
      ...outputs.map(({ slot }) => slot),
    ]);
    return {
      constants: this.#constants,
      feeds: this.#feeds,
      // Weights that only products read exist in rounded form only: unread slots are left out.
      bound: new Map([...this.#bound].filter(([slot]) => read.has(slot))),
      steps: this.#schedule(outputs),
      outputs,
    };
  }

  #once(key: string, count: number, make: (slots: readonly Slot[]) => void): readonly Slot[] {
    const known = this.#known.get(key);
    if (known) return known;
    const slots = Array.from({ length: count }, () => this.#slots++);
    this.#known.set(key, slots);
    make(slots);
    return slots;
  }

  /** Adds lifetimes, from each slot's last use backwards. */
  #schedule(outputs: readonly PlanOutput[]): PlanStep[] {
    const placed = new Set([
      ...outputs.map(({ slot }) => slot),
      ...this.#constants.keys(),
      ...this.#bound.keys(),
    ]);
    const frees = this.#calls.map((): Slot[] => []);
    for (let i = this.#calls.length - 1; i >= 0; i--) {
      const { inputs, outputs: made } = this.#calls[i]!;
      // Unread results are deleted at once.
      for (const slot of [...made, ...inputs]) {
        if (placed.has(slot)) continue;
        placed.add(slot);
        frees[i]!.push(slot);
      }
    }
    return this.#calls.map((call, i) => ({ ...call, frees: frees[i]! }));
  }
}
