import { Interpreter } from "@huggingface/jinja";

type Evaluate = Interpreter["evaluate"];

/** Characters of a text, or elements and characters of a list, that a template may make; also of its output. */
const MOST_CHARACTERS = 2 ** 22;

/** Characters and elements of everything made on the way, all of which may stay in memory. */
const MOST_IN_ALL = 2 ** 27;

/** Characters that take the memory of an element of a list. */
const ELEMENT = 32;

/**
 * Runs a template and stops before it makes texts or lists too large for the process. A value is weighed when it is made:
 * one step makes at most V8's longest text, of 512 million characters, of values that are bounded.
 */
export class BoundedInterpreter extends Interpreter {
  #made = 0;

  override evaluate(...[node, scope]: Parameters<Evaluate>): ReturnType<Evaluate> {
    const value = super.evaluate(node, scope);
    if (node === undefined || isOld(node)) return value;
    const weight = weightOf(value);
    this.#made += weight;
    if (weight > MOST_CHARACTERS) throw tooMuch(MOST_CHARACTERS);
    if (this.#made > MOST_IN_ALL) throw tooMuch(MOST_IN_ALL);
    return value;
  }
}

/** True for an expression whose value was there before. A part of a text or a list is new. */
function isOld(node: { readonly type: string; readonly property?: { readonly type: string } }): boolean {
  const isPart = node.property?.type === "SliceExpression";
  return OLD.has(node.type) && !isPart;
}

const OLD = new Set(["Identifier", "StringLiteral", "Ternary", "MemberExpression"]);

/** Characters that a value has as a text, at least; of large ones some number above {@link MOST_CHARACTERS}. */
function weightOf(whole: unknown): number {
  const value = (whole as { readonly value?: unknown } | undefined)?.value;
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 1;
  let weight = 1;
  const inner: Iterable<unknown> = value instanceof Map ? value.values() : Array.isArray(value) ? value : [];
  for (const each of inner) {
    weight += ELEMENT + weightOf(each);
    if (weight > MOST_CHARACTERS) break;
  }
  return weight;
}

function tooMuch(most: number): Error {
  return new Error(
    `a template must make texts and lists of at most ${most} characters and elements, got more`,
  );
}
