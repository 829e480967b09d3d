import { Interpreter } from "@huggingface/jinja";

type Evaluate = Interpreter["evaluate"];
type Environment = Parameters<Evaluate>[1];
type Value = ReturnType<Evaluate>;

/** A part of a parsed template. */
interface Node {
  readonly type: string;
  readonly [part: string]: unknown;
}

/** Characters of a text, or elements and characters of a list, that a template may make; also of its output. */
const MOST_CHARACTERS = 2 ** 24;

/** Of everything made on the way, which may all be kept. */
const MOST_IN_ALL = 2 ** 27;

/** Each is an object. */
const MOST_PIECES = 1_000_000;

/**
 * Runs a template and stops before it makes texts or lists too large for the process: neither a deadline nor an
 * exception ends a replacement that makes gigabytes of a megabyte.
 *
 * What an expression is made of is evaluated first and looked at, then the library does the rest with it.
 */
export class BoundedInterpreter extends Interpreter {
  #made = 0;

  override evaluate(...[statement, environment]: Parameters<Evaluate>): Value {
    if (statement === undefined) return super.evaluate(statement, environment);
    const node = statement as unknown as Node;
    if (node.type === EVALUATED) return node.value as Value;
    const looked = this.#looked(node, environment);
    const value = super.evaluate(looked as never, environment);
    if (looked.type === "MemberExpression" && value.type === "FunctionValue") {
      return watched(value, (looked.object as Node).value as Value);
    }
    if (MAKING.has(node.type) || isSlice(node)) this.#made += bounded(weightOf(value));
    if (this.#made > MOST_IN_ALL) throw tooMuch(MOST_IN_ALL);
    return value;
  }

  /** The same expression with its parts evaluated, where they show how large its value can be. */
  #looked(node: Node, environment: Environment): Node {
    const value = (part: unknown): Node => evaluated(this.evaluate(part as never, environment));
    switch (node.type) {
      case "BinaryExpression": {
        const operator = (node.operator as { readonly value: string }).value;
        if (operator === "and" || operator === "or") return node; // which may not look at the right one
        const [left, right] = [value(node.left), value(node.right)];
        bounded(weightOf(left.value) + weightOf(right.value));
        return { ...node, left, right };
      }
      case "MemberExpression":
        return { ...node, object: value(node.object) };
      case "FilterStatement": {
        const operand = { type: "Program", body: node.body };
        return this.#looked({ type: "FilterExpression", operand, filter: node.filter }, environment);
      }
      case "FilterExpression": {
        const operand = value(node.operand);
        const filter = node.filter as Node;
        if (filter.type !== "CallExpression" || !GROWING.has(nameOf(filter))) return { ...node, operand };
        const args = (filter.args as readonly Node[]).map((arg) => {
          if (arg.type === "SpreadExpression") return { ...arg, argument: value(arg.argument) };
          return arg.type === "KeywordArgumentExpression" ? { ...arg, value: value(arg.value) } : value(arg);
        });
        const given = args
          .flatMap((arg) => [arg, arg.value, arg.argument])
          .flatMap((arg) => {
            const inner =
              (arg as Node | undefined)?.type === EVALUATED ? ((arg as Node).value as Value) : undefined;
            return inner === undefined ? [] : Array.isArray(inner.value) ? (inner.value as Value[]) : [inner];
          });
        assertGrowth(nameOf(filter), operand.value as Value, given);
        return { ...node, operand, filter: { ...filter, args } };
      }
      default:
        return node;
    }
  }
}

/** A method of a text, which looks at what it is given before it works. */
function watched(method: Value, text: Value): Value {
  if (typeof text.value !== "string") return method;
  type Call = (args: Value[], scope: Environment) => Value;
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
const MAKING = new Set(
  "Program If For CallStatement FilterStatement ArrayLiteral TupleLiteral ObjectLiteral BinaryExpression CallExpression FilterExpression".split(
    " ",
  ),
);

/** Filters that make more of a value the more they are given. */
const GROWING = new Set(["replace", "join", "indent", "tojson", "split"]);

function nameOf(filter: Node): string {
  return String((filter.callee as { readonly value?: unknown }).value);
}

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
function weightOf(given: unknown): number {
  const value: unknown = (given as Partial<Value> | undefined)?.value;
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
