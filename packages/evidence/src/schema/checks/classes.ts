import type { Count } from "../scalar-types.ts";

/** Classes behind a metric of all examples together, such as F1. */
export interface ExampleClasses {
  readonly count: Count;
  /** Class with the fewest examples, and their number. Its name is absent if unknown. */
  readonly rarest: { readonly name?: string; readonly examples: Count };
  /** Positive class; absent for a metric of all classes alike. Its name is absent if unknown: then it is class number 1. */
  readonly positive?: { readonly name?: string; readonly examples: Count };
}

export interface ClassesMembers {
  /** Classes; present for a metric of all examples together. */
  readonly classes?: ExampleClasses;
}
