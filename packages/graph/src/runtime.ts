import type { ComputeDtype } from "./compute-dtype.ts";
import type { Program, ProgramInput } from "./program.ts";
import type { DTypeArray, Tensor } from "./tensor.ts";

/** Run inputs or outputs, by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** Compiled program, run one at a time. */
export interface Executable {
  /**
   * Runs the program.
   * @param feeds every input; read in place, so unchanged during the run.
   * @param into optional output tensors to write into, by name.
   */
  run(feeds: Tensors, into?: Tensors): Promise<Tensors>;
  dispose(): Promise<void>;
}

export interface CompileOptions {
  /** Inputs equal at every run: read once, not fed; they may stay on the device. (default none) */
  readonly constants?: Tensors;
}

/** Runtime for programs; all runtimes agree to the precision of `computeDtype`. */
export interface Runtime {
  readonly name: string;
  readonly device: string;
  /** True if inputs are copied to the device at each run, so `constants` save time. (default false) */
  readonly bindsConstants?: boolean;
  /** Compute type for matrix products. (default "float32") */
  readonly computeDtype?: ComputeDtype;
  compile(program: Program, options?: CompileOptions): Promise<Executable>;
}

/** Inputs that no constant replaces. Throws a TypeError with every unfit constant. */
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

/** Throws a TypeError with every missing input, wrong dtype and wrong shape. */
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

/** Copies outputs into the caller's tensors of the same names. */
export function copyInto(into: Tensors, outputs: Tensors): void {
  for (const [name, { data }] of Object.entries(into)) {
    (data as { set(data: DTypeArray): void }).set(outputs[name]!.data);
  }
}
