import type { ComputeDtype } from "./compute-dtype.ts";
import type { Program, ProgramInput } from "./program.ts";
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

export interface CompileOptions {
  /**
   * Inputs that are the same at every run, by name. They are read once, may stay on the device, and are then
   * not fed. (default none)
   */
  readonly constants?: Tensors;
}

/** Something that runs programs. The same program gives the same numbers on every runtime, to the precision of `computeDtype`. */
export interface Runtime {
  readonly name: string;
  readonly device: string;
  /** True if inputs travel to the device at each run, so that `constants` of `compile` save time. (default false) */
  readonly bindsConstants?: boolean;
  /** Type in which matrix products are computed. (default "float32") */
  readonly computeDtype?: ComputeDtype;
  compile(program: Program, options?: CompileOptions): Promise<Executable>;
}

/** The inputs that are still to be fed. Throws a TypeError that names every constant that is no input or does not fit. */
export function freeInputs({ inputs }: Program, constants: Tensors): readonly ProgramInput[] {
  const names = new Set(inputs.map(({ name }) => name));
  const unknown = Object.keys(constants).filter((name) => !names.has(name));
  if (unknown.length > 0)
    throw new TypeError(`constants must be inputs of the program, got ${unknown.join(", ")}`);
  checkFeeds(
    inputs.filter(({ name }) => constants[name]),
    constants,
  );
  return inputs.filter(({ name }) => !constants[name]);
}

/** Throws a TypeError that names every input that is missing or has the wrong dtype or shape. */
export function checkFeeds(inputs: readonly ProgramInput[], feeds: Tensors): void {
  const problems: string[] = [];
  for (const { name, value } of inputs) {
    const tensor = feeds[name];
    const want = `${value.dtype}[${value.shape.join(",")}]`;
    if (!tensor) problems.push(`input "${name}" must be ${want}, got nothing`);
    else if (tensor.dtype !== value.dtype || tensor.shape.join() !== value.shape.join()) {
      problems.push(`input "${name}" must be ${want}, got ${tensor.dtype}[${tensor.shape.join(",")}]`);
    }
  }
  if (problems.length > 0) throw new TypeError(problems.join("\n"));
}
