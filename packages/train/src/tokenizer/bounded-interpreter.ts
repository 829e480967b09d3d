import { Interpreter } from "@huggingface/jinja";

type Scope = ConstructorParameters<typeof Interpreter>[0];

/** A value while a template runs. */
interface Value {
  readonly type: string;
  readonly value: unknown;
}

/** A part of a parsed template. */
interface Node {
  readonly type: string;
  readonly [part: string]: unknown;
}

/** The library's methods that are overridden here; its types call most of them private. */
interface Methods {
  run(template: Node): Value;
  evaluate(node: Node | undefined, scope: Scope): Value;
  evaluateMemberExpression(node: Node, scope: Scope): Value;
  evaluateArguments(args: unknown, scope: Scope): [Value[], Map<string, Value>];
  applyFilter(operand: Value, filter: Node, scope: Scope): Value;
}
const Base = Interpreter as unknown as new (scope: Scope) => Methods;

/** Characters of a text, or elements and characters of a list, that a template may make; also of its output. */
const MOST_CHARACTERS = 2 ** 24;

/** Characters and elements of everything made on the way, all of which may stay in memory. */
const MOST_IN_ALL = 2 ** 27;

/** Each is an object. */
const MOST_PIECES = 1_000_000;

/**
 * Runs a template and stops before it makes texts or lists too large for the process. Neither a deadline nor an
 * exception ends a replacement that makes gigabytes of a megabyte: operands and arguments are looked at before.
 */
export class BoundedInterpreter extends Base {
  #made = 0;

  override evaluate(node: Node | undefined, scope: Scope): Value {
    if (node?.type === EVALUATED) return node.value as Value;
    const value = super.evaluate(node, scope);
    if (node && (MAKING.has(node.type) || isSlice(node))) this.#made += bounded(weightOf(value));
    if (this.#made > MOST_IN_ALL) throw tooMuch(MOST_IN_ALL);
    return value;
  }

  override evaluateMemberExpression(node: Node, scope: Scope): Value {
    const object = this.evaluate(node.object as Node, scope);
    const value = super.evaluateMemberExpression({ ...node, object: evaluated(object) }, scope);
    return value.type === "FunctionValue" ? watched(value, object) : value;
  }

  override applyFilter(operand: Value, filter: Node, scope: Scope): Value {
    const { value: name } = (filter.callee ?? filter) as unknown as Value;
    if (filter.type !== "CallExpression" || !GROWING.has(name as string))
      return super.applyFilter(operand, filter, scope);
    const [args, named] = this.evaluateArguments(filter.args, scope);
    assertGrowth(name as string, operand, [...args, ...named.values()]);
    const keywords = [...named].map(([key, value]) => ({
      type: "KeywordArgumentExpression",
      key: { value: key },
      value: evaluated(value),
    }));
    return super.applyFilter(operand, { ...filter, args: [...args.map(evaluated), ...keywords] }, scope);
  }
}

/** A method of a text, which looks at its arguments before it works. */
function watched(method: Value, text: Value): Value {
  if (typeof text.value !== "string") return method;
  type Call = (args: Value[], scope: Scope) => Value;
  const call = method.value as Call;
  return new (method.constructor as new (call: Call) => Value)((args, scope) => {
    assertGrowth("replace", text, args);
    return call(args, scope);
  });
}

function isSlice({ type, computed, property }: Node): boolean {
  return type === "MemberExpression" && computed === true && (property as Node).type === "SliceExpression";
}

const EVALUATED = "Evaluated";
const evaluated = (value: Value): Node => ({ type: EVALUATED, value });

/** Expressions whose value is new. */
const MAKING = new Set([
  ..."Program If For CallStatement FilterStatement ArrayLiteral TupleLiteral ObjectLiteral".split(" "),
  ..."BinaryExpression CallExpression FilterExpression".split(" "),
]);

/** Filters whose arguments say how much they make of a value. */
const GROWING = new Set(["replace", "join", "indent", "tojson", "split"]);

/** Throws unless what `name` makes of `operand` is bounded, before it is made. */
function assertGrowth(name: string, operand: Value, args: readonly Value[]): void {
  const weight = weightOf(operand);
  const texts = args.flatMap(({ value }) => (typeof value === "string" ? [value] : []));
  const longest = texts.reduce((most, text) => Math.max(most, text.length), 0);
  const width = args.reduce(
    (most, { value }) => (typeof value === "number" ? Math.max(most, value) : most),
    0,
  );
  if (typeof operand.value === "string" && name !== "indent" && name !== "tojson") {
    const pieces = texts[0] === undefined ? operand.value.length / 2 : occurrences(operand.value, texts[0]);
    if (texts.length < 2 && pieces > MOST_PIECES) throw tooMuch(MOST_PIECES);
    bounded(weight + pieces * (texts[1]?.length ?? 0));
  } else if (name === "join") bounded(weight + (operand.value as ArrayLike<unknown>).length * longest);
  else if (name === "indent") bounded(weight + (occurrences(String(operand.value), "\n") + 1) * width);
  else bounded(weight * (1 + width));
}

function occurrences(text: string, part: string): number {
  if (part === "") return text.length + 1;
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count++;
  return count;
}

/** Characters that a value has as a text, at least; of large ones some number above {@link MOST_CHARACTERS}. */
function weightOf(whole: unknown): number {
  const value: unknown = (whole as Partial<Value> | undefined)?.value;
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 1;
  let weight = 1;
  const inner: Iterable<unknown> = value instanceof Map ? value.values() : Array.isArray(value) ? value : [];
  for (const each of inner) {
    weight += 1 + weightOf(each);
    if (weight > MOST_CHARACTERS) break;
  }
  return weight;
}

function bounded(weight: number): number {
  if (weight <= MOST_CHARACTERS) return weight;
  throw tooMuch(MOST_CHARACTERS);
}

function tooMuch(most: number): Error {
  return new Error(
    `a template must make texts and lists of at most ${most} characters and elements, got more`,
  );
}
