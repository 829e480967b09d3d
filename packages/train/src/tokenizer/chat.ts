import { Environment, Interpreter, Template } from "@huggingface/jinja";
import { InputError } from "@lorank/core";
import { withinDeadline } from "./deadline.ts";
import type { TextTokenizer } from "./tokenizer.ts";

type Evaluate = Interpreter["evaluate"];

/** Size limit for a text or list a template makes, output included: characters, or elements plus their characters. */
const MOST_CHARACTERS = 2 ** 22;

/** Size limit in characters for everything a template makes on the way, all of which may stay in memory. */
const MOST_IN_ALL = 2 ** 27;

/** List element's memory, expressed in characters. */
const ELEMENT = 32;

/**
 * Template interpreter that stops before texts or lists grow too large for the process. A value is weighed when it is
 * made. One step makes at most V8's longest text, 512 million characters, from bounded values.
 */
class BoundedInterpreter extends Interpreter {
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

/** True for an expression whose value already existed. A slice of a text or list is new. */
function isOld(node: { readonly type: string; readonly property?: { readonly type: string } }): boolean {
  const isPart = node.property?.type === "SliceExpression";
  return OLD.has(node.type) && !isPart;
}

const OLD = new Set(["Identifier", "StringLiteral", "Ternary", "MemberExpression"]);

/** Value size in characters, at least; for large values some number above {@link MOST_CHARACTERS}. */
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

const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

/** Formats a date as Python's strftime, for chat templates, in English in any locale. Unknown codes stay. */
export function strftime(date: Date, format: string): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = DAYS[date.getDay()]!;
  const month = MONTHS[date.getMonth()]!;
  const codes: Readonly<Record<string, string>> = {
    Y: String(date.getFullYear()),
    y: two(date.getFullYear() % 100),
    m: two(date.getMonth() + 1),
    d: two(date.getDate()),
    "-d": String(date.getDate()),
    e: String(date.getDate()).padStart(2, " "),
    A: day,
    a: day.slice(0, 3),
    B: month,
    b: month.slice(0, 3),
    H: two(date.getHours()),
    I: two(date.getHours() % 12 || 12),
    M: two(date.getMinutes()),
    S: two(date.getSeconds()),
    p: date.getHours() < 12 ? "AM" : "PM",
    "%": "%",
  };
  return format.replace(/%(-d|[a-zA-Z%])/g, (all, code: string) => codes[code] ?? all);
}

/** Message in a conversation; templates may read more fields. */
export interface ChatMessage {
  /** Message role: `system`, `user`, `assistant`, or another that the template knows. */
  readonly role: string;
  readonly content: string;
  readonly [field: string]: unknown;
}

export interface RenderChatOptions {
  /** End the text where an answer begins, as a prompt. (default: false) */
  readonly addGenerationPrompt?: boolean;
  /** Further template variables, such as `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Time limit in milliseconds; none in browsers. (default: 10 000) */
  readonly deadline?: number;
}

/** Time limit per conversation in milliseconds, as templates may loop long. */
const DEADLINE = 10_000;

/** Template length limit in characters, four times the longest known template. */
const MOST_TEMPLATE_CHARACTERS = 100_000;

/** Limit for white space characters in a row, which the library parses in time quadratic in them. */
const MOST_SPACES = 1000;

const compiled = new WeakMap<TextTokenizer, Template>();

/**
 * Renders a conversation with the chat template: `apply_chat_template(…, tokenize=False)` of transformers. Tokenise the
 * text by `tokenizer.ids(text)`; it holds all special tokens.
 * @throws InputError E_CHAT_TEMPLATE without a template, for invalid Jinja, and for a template's refusal.
 */
export function renderChat(
  tokenizer: TextTokenizer,
  messages: readonly ChatMessage[],
  { addGenerationPrompt = false, variables = {}, deadline = DEADLINE }: RenderChatOptions = {},
): string {
  const template = templateOf(tokenizer);
  const context = {
    ...GLOBALS,
    ...tokenizer.specialTokens,
    tools: null,
    documents: null,
    messages,
    add_generation_prompt: addGenerationPrompt,
    ...variables,
  };
  let done: { readonly value: string } | null;
  try {
    done = withinDeadline(deadline, () => run(template, context));
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new InputError("E_CHAT_TEMPLATE", `the chat template refuses the conversation: ${reason}`, {
      cause,
    });
  }
  if (done !== null) return done.value;
  throw new InputError("E_CHAT_TEMPLATE", `the chat template must end within ${deadline / 1000} s`);
}

/** Template globals as in transformers. Those in `Template.render` have localised months and unlimited ranges. */
const GLOBALS = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  raise_exception: (reason: unknown) => {
    throw new Error(String(reason));
  },
  strftime_now: (format: string) => strftime(new Date(), format),
  range,
};

const LONGEST_RANGE = 100_000; // limit of Jinja's sandbox

function range(from: number, to?: number, step = 1): number[] {
  const [start, end] = typeof to === "number" ? [from, to] : [0, from];
  if (step === 0) throw new Error("range() arg 3 must not be zero");
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (count > LONGEST_RANGE)
    throw new Error(`a range must have at most ${LONGEST_RANGE} items, got ${count}`);
  return Array.from({ length: count }, (_, i) => start + i * step);
}

function run(template: Template, context: Readonly<Record<string, unknown>>): string {
  const environment = new Environment();
  for (const [name, value] of Object.entries(context)) environment.set(name, value);
  return String(new BoundedInterpreter(environment).run(template.parsed).value);
}

function templateOf(tokenizer: TextTokenizer): Template {
  const known = compiled.get(tokenizer);
  if (known !== undefined) return known;
  if (tokenizer.chatTemplate === null) {
    throw new InputError(
      "E_CHAT_TEMPLATE",
      "the model must have a chat template to write conversations, got none",
    );
  }
  const text = tokenizer.chatTemplate;
  if (text.length > MOST_TEMPLATE_CHARACTERS) {
    const rule = `at most ${MOST_TEMPLATE_CHARACTERS} characters`;
    throw new InputError("E_CHAT_TEMPLATE", `the chat template must have ${rule}, got ${text.length}`);
  }
  if (new RegExp(`\\s{${MOST_SPACES + 1}}`).test(text)) {
    const rule = `at most ${MOST_SPACES} white space characters in a row`;
    throw new InputError("E_CHAT_TEMPLATE", `the chat template must have ${rule}, got more`);
  }
  try {
    const parsed = withinDeadline(DEADLINE, () => new Template(text));
    if (parsed === null) throw new Error(`it is not read within ${DEADLINE / 1000} s`);
    compiled.set(tokenizer, parsed.value);
    return parsed.value;
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new InputError(
      "E_CHAT_TEMPLATE",
      `the chat template must be Jinja that can be read here: ${reason}`,
      {
        cause,
      },
    );
  }
}
