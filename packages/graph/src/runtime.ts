import type { Program } from "./program.ts";
import type { Tensor } from "./tensor.ts";

/** Inputs or outputs of one run, by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A compiled program. Runs one at a time. */
export interface Executable {
  /**
   * @param feeds every input of the program. The data are read in place and must not change during the run.
   * @param into optional output tensors to write into, by name; others are allocated anew.
   */
  run(feeds: Tensors, into?: Tensors): Promise<Tensors>;
  dispose(): Promise<void>;
}

/** Something that runs programs. The same program gives the same numbers on every runtime, to its precision. */
export interface Runtime {
  readonly name: string;
  readonly device: string;
  compile(program: Program): Promise<Executable>;
}

/** Throws a TypeError that names every input that is missing or has the wrong dtype or shape. */
export function checkFeeds(program: Program, feeds: Tensors): void {
  const problems: string[] = [];
  for (const { name, value } of program.inputs) {
    const tensor = feeds[name];
    const want = `${value.dtype}[${value.shape.join(",")}]`;
    if (!tensor) problems.push(`input "${name}" must be ${want}, got nothing`);
    else if (tensor.dtype !== value.dtype || tensor.shape.join() !== value.shape.join()) {
      problems.push(`input "${name}" must be ${want}, got ${tensor.dtype}[${tensor.shape.join(",")}]`);
    }
  }
  if (problems.length > 0) throw new TypeError(problems.join("\n"));
}
