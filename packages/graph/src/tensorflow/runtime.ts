import type { ComputeDtype } from "../compute-dtype.ts";
import type { Program } from "../program.ts";
import { checkFeeds, type Executable, freeInputs, type Runtime, type Tensors } from "../runtime.ts";
import type { DTypeArray, Tensor } from "../tensor.ts";
import { TensorflowError } from "./check-addon.ts";
import { type Binding, loadTensorflow } from "./load.ts";
import { DATA_TYPE, toTensorflow } from "./lower.ts";
import {
  ATTRIBUTE_TYPE,
  type Call,
  type OpPlan,
  type PlanConstant,
  type PlanOutput,
  type Slot,
} from "./plan.ts";

export interface TensorflowOptions {
  /** TensorFlow library folder. (default `LORANK_TENSORFLOW`, or the folder set up last) */
  readonly directory?: string;
  /** Threads per operation; a process's first runtime decides for all. (default 1) */
  readonly threads?: number;
  /** Device; an unusable GPU is an error, never a slow run. (default "cpu") */
  readonly device?: "cpu" | "gpu";
  /** Compute type for matrix products. (default "float32") */
  readonly computeDtype?: ComputeDtype;
}

/**
 * TensorFlow runtime on TensorFlow.js's add-on: eager operations, forward kernels only. A run blocks the calling
 * thread.
 * @throws MissingRuntimeError E_RUNTIME_MISSING if TensorFlow is not set up; TensorflowError E_TENSORFLOW if it does
 * not load; DeviceError E_DEVICE if a requested GPU is not used.
 */
export async function tensorflowRuntime({
  directory,
  threads = 1,
  device = "cpu",
  computeDtype = "float32",
}: TensorflowOptions = {}): Promise<Runtime> {
  if (!Number.isInteger(threads) || threads < 1)
    throw new TypeError(`threads must be a positive integer, got ${threads}`); // 0 would mean all to TensorFlow
  const binding = await loadTensorflow(directory, { threads, device });
  return {
    name: "tensorflow",
    device,
    computeDtype,
    bindsConstants: device === "gpu",
    compile: async (program, { constants = {} } = {}) =>
      executable(binding, program, constants, computeDtype),
  };
}

function executable(
  binding: Binding,
  program: Program,
  bound: Tensors,
  computeDtype: ComputeDtype,
): Executable {
  const free = freeInputs(program, bound);
  const plan = toTensorflow(program, new Set(Object.keys(bound)), computeDtype);
  const lasting = new Map<Slot, number>();
  for (const [slot, tensor] of plan.constants) lasting.set(slot, upload(binding, tensor));
  for (const [slot, { name, rounded }] of plan.bound) {
    const whole = upload(binding, bound[name]!);
    lasting.set(slot, rounded ? roundedTensor(binding, whole, DATA_TYPE[rounded]) : whole);
  }
  return {
    run: async (feeds, into) => {
      checkFeeds(free, feeds);
      return runPlan(binding, plan, lasting, feeds, into);
    },
    dispose: async () => {
      for (const id of lasting.values()) binding.deleteTensor(id);
      lasting.clear();
    },
  };
}

function runPlan(
  binding: Binding,
  plan: OpPlan,
  lasting: ReadonlyMap<Slot, number>,
  feeds: Tensors,
  into: Tensors | undefined,
): Tensors {
  const live = new Map<Slot, number>();
  const id = (slot: Slot): number => live.get(slot) ?? lasting.get(slot) ?? feed(slot);
  const feed = (slot: Slot): number => {
    const made = upload(binding, feeds[plan.feeds.get(slot)!]!);
    live.set(slot, made);
    return made;
  };
  try {
    for (const step of plan.steps) {
      const made = execute(binding, step, step.inputs.map(id));
      step.outputs.forEach((slot, i) => {
        live.set(slot, made[i]!);
      });
      for (const slot of step.frees) {
        binding.deleteTensor(live.get(slot)!);
        live.delete(slot);
      }
    }
    return Object.fromEntries(
      plan.outputs.map((output) => [output.name, download(binding, id(output.slot), output, into)]),
    );
  } finally {
    for (const left of live.values()) binding.deleteTensor(left);
  }
}

function execute(binding: Binding, { op, attributes, outputs }: Call, ids: readonly number[]): number[] {
  try {
    return binding.executeOp(op, attributes, ids, outputs.length).map(({ id }) => id);
  } catch (cause) {
    // The add-on's messages read "Invalid TF_Status: 3\nMessage: indices[0] = …".
    const message = (cause as Error).message.replace(/^Invalid TF_Status: \d+\nMessage: /, "");
    throw new TensorflowError(`${op} must run, got: ${message}`, { cause });
  }
}

/** Casts a tensor to another type, and deletes the float32 tensor. */
function roundedTensor(binding: Binding, id: number, to: number): number {
  const attributes = [{ name: "DstT", type: ATTRIBUTE_TYPE.type, value: to }];
  try {
    return binding.executeOp("Cast", attributes, [id], 1)[0]!.id;
  } finally {
    binding.deleteTensor(id);
  }
}

function upload(binding: Binding, { dtype, shape, data }: PlanConstant): number {
  const elements =
    data instanceof BigInt64Array ? new Int32Array(data.buffer, data.byteOffset, 2 * data.length) : data;
  return binding.createTensor(shape, DATA_TYPE[dtype], elements);
}

function download(
  binding: Binding,
  id: number,
  { name, dtype, shape }: PlanOutput,
  into: Tensors | undefined,
): Tensor {
  const read = binding.tensorDataSync(id);
  const data = read instanceof Int32Array ? Uint8Array.from(read) : read;
  const target = into?.[name];
  if (!target) return { dtype, shape, data };
  (target.data as { set(data: DTypeArray): void }).set(data);
  return target;
}
