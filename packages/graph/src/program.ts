import { ancestors } from "./gradient.ts";
import { sameShape, sizeOf } from "./tensor.ts";
import { check, describe, isOp, type OpName, type Value } from "./value.ts";

/** Graph ready for a runtime: named outputs, and cuts, computed values that inputs replace. */
export interface Program {
  readonly outputs: Readonly<Record<string, Value>>;
  /** Inputs in order of creation: declared inputs and cuts. */
  readonly inputs: readonly ProgramInput[];
  /** Values to compute in topological order, without inputs. */
  readonly steps: readonly Value[];
}

export interface ProgramInput {
  readonly name: string;
  readonly value: Value;
}

/** Builds a program from everything that `outputs` need. Throws a GraphError if two different inputs share a name. */
export function program(
  outputs: Readonly<Record<string, Value>>,
  cuts: ReadonlyMap<Value, string> = new Map(),
): Program {
  const inputs = new Map<string, Value>();
  const steps: Value[] = [];
  for (const value of reachable(Object.values(outputs), cuts)) {
    const name = cuts.get(value) ?? (isOp(value, "input") ? value.attributes.name : undefined);
    if (name === undefined) {
      steps.push(value);
      continue;
    }
    const other = inputs.get(name);
    check(!other, () => `two inputs are called "${name}": ${describe(other!)} and ${describe(value)}`);
    inputs.set(name, value);
  }
  return { outputs, inputs: [...inputs].map(([name, value]) => ({ name, value })), steps };
}

function reachable(roots: readonly Value[], cuts: ReadonlyMap<Value, string>): Value[] {
  if (cuts.size === 0) return ancestors(roots);
  const seen = new Set<Value>();
  const stack = [...roots];
  for (let value = stack.pop(); value; value = stack.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    if (!cuts.has(value)) stack.push(...value.inputs);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}

/**
 * Forward values a backward program recomputes instead of saving them.
 * - `nothing`: most memory, least time.
 * - `cheap`: everything except matrix products, which take most time and under half the memory. A product is
 *   saved in its last rearranged form, such as rotated.
 * - `everything`: the forward pass is repeated. Only inputs need memory.
 */
export type Recompute = "nothing" | "cheap" | "everything";

/** Operations without arithmetic, always repeated by a backward graph. */
const FREE: ReadonlySet<OpName> = new Set(["reshape", "expand", "cast"]);

export interface SplitProgram {
  readonly forward: Program;
  readonly backward: Program;
  /** Names of forward values that the backward program reads. */
  readonly saved: readonly string[];
}

/** Splits a joint graph into a forward program and a backward program, which recomputes unsaved values. */
export function splitForwardBackward(
  outputs: Readonly<Record<string, Value>>,
  gradients: Readonly<Record<string, Value>>,
  recompute: Recompute,
): SplitProgram {
  if (recompute === "everything")
    return { forward: program(outputs), backward: program(gradients), saved: [] };
  const isRepeated = (value: Value): boolean =>
    FREE.has(value.op) || (recompute === "cheap" && !endsProduct(value));
  const forward = new Set(ancestors(Object.values(outputs)));
  const frontier = new Set<Value>();
  const visited = new Set<Value>();
  for (const value of ancestors(Object.values(gradients))) {
    if (forward.has(value)) continue;
    for (const x of value.inputs) addSaved(x, { forward, frontier, visited, isRepeated });
  }
  const users = usersOf(program(gradients, saved(frontier)).steps);
  const cuts = saved([...frontier].map((value) => furthest(value, users, forward)));
  const extra = Object.fromEntries([...cuts].map(([value, name]) => [name, value]));
  return {
    forward: program({ ...outputs, ...extra }),
    backward: program(gradients, cuts),
    saved: [...cuts.values()],
  };
}

function saved(values: Iterable<Value>): Map<Value, string> {
  const inOrder = [...new Set(values)].sort((a, b) => a.id - b.id);
  return new Map(inOrder.map((value, i) => [value, `saved.${i}`]));
}

function usersOf(steps: readonly Value[]): Map<Value, Set<Value>> {
  const users = new Map<Value, Set<Value>>();
  for (const step of steps) for (const x of step.inputs) users.set(x, (users.get(x) ?? new Set()).add(step));
  return users;
}

/** Last value in a chain with equal sizes and one reader each, such as a rotated query: as cheap to save. */
function furthest(
  value: Value,
  users: ReadonlyMap<Value, ReadonlySet<Value>>,
  forward: ReadonlySet<Value>,
): Value {
  let last = value;
  let next = only(users.get(value));
  while (next && forward.has(next) && sizeOf(next.shape) === sizeOf(value.shape)) {
    if (!FREE.has(next.op)) last = next;
    next = only(users.get(next));
  }
  return last;
}

function only(values: ReadonlySet<Value> | undefined): Value | undefined {
  return values?.size === 1 ? [...values][0] : undefined;
}

interface Saving {
  readonly forward: ReadonlySet<Value>;
  readonly frontier: Set<Value>;
  readonly visited: Set<Value>;
  readonly isRepeated: (value: Value) => boolean;
}

function addSaved(value: Value, saving: Saving): void {
  const { forward, frontier, visited, isRepeated } = saving;
  if (visited.has(value) || !forward.has(value)) return;
  visited.add(value);
  if (value.op === "input" || value.op === "constant" || value.op === "decode4bit") return;
  if (!isRepeated(value)) frontier.add(value);
  else for (const x of value.inputs) addSaved(x, saving);
}

/**
 * True for a product of two matrices whose inner dimension is at most a quarter of the others. It is cheaper to repeat
 * than to save.
 */
export function isLowRank(value: Value): boolean {
  if (!isOp(value, "matMul") || value.shape.length !== 2) return false;
  const inner = value.inputs[0]!.shape[value.attributes.transposeA ? 0 : 1]!;
  return 4 * inner <= Math.min(...value.shape);
}

/**
 * True for a product of two matrices, or its last addition (bias, adapter, residual). Batched products count up to an
 * operand's size; attention scores grow with the square of the length.
 */
function endsProduct(value: Value): boolean {
  if (isOp(value, "matMul")) {
    if (isLowRank(value)) return false;
    return value.shape.length === 2 || value.inputs.some((x) => sizeOf(x.shape) >= sizeOf(value.shape));
  }
  return isOp(value, "add") && value.inputs.some((x) => sameShape(x.shape, value.shape) && endsProduct(x));
}
