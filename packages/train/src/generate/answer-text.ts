import type { TextTokenizer } from "../tokenizer/tokenizer.ts";

/** Tokens that are decoded again for each one that comes, at most; and those of them that stay when it has become so many. */
const WINDOW = 64;
const STAY = 16;

/** The text of an answer while its tokens come: pieces that later tokens do not change. */
export class AnswerText {
  readonly #tokenizer: Pick<TextTokenizer, "decode"> | undefined;
  readonly #stops: readonly string[];
  readonly #tokens: number[] = [];
  /** Text of the tokens so far, when the window began. */
  #before = "";
  /** The first token of the window. */
  #first = 0;
  /** Characters of the window's text that are also in the text before. */
  #shared = 0;
  /** Characters of the pieces so far. */
  #settled = 0;
  #end: number | undefined;

  /** @param stops strings that end the answer, and are no part of it. */
  constructor(tokenizer: Pick<TextTokenizer, "decode"> | undefined, stops: readonly string[]) {
    this.#tokenizer = tokenizer;
    this.#stops = stops;
  }

  /** Adds a token. Returns the text that is settled since the last one. */
  add(token: number): string {
    this.#tokens.push(token);
    if (this.#tokenizer === undefined) return "";
    const text = this.#soFar();
    const places = this.#stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
    if (places.length > 0) {
      this.#end = Math.min(...places);
      return this.#upTo(text, this.#end);
    }
    return this.#upTo(text, settledLength(text, this.#stops));
  }

  /** True if a stop string has come. */
  get isStopped(): boolean {
    return this.#end !== undefined;
  }

  /** The text that is not settled, at the end of the answer. */
  rest(): string {
    const text = this.#soFar();
    return this.#upTo(text, this.#end ?? text.length);
  }

  /** The text of all tokens, up to the stop string. */
  text(): string {
    return this.#whole().slice(0, this.#end);
  }

  #whole(): string {
    return this.#decode(0);
  }

  /** The text of all tokens, of which the newest alone are decoded. */
  #soFar(): string {
    const text = this.#before + this.#decode(this.#first).slice(this.#shared);
    if (this.#tokens.length - this.#first >= WINDOW) this.#moveWindow(text);
    return text;
  }

  /** The new window begins with whole characters only: half of one would change with the tokens that come. */
  #moveWindow(text: string): void {
    const first = this.#tokens.length - STAY;
    const shared = this.#decode(first);
    if (shared.includes("\ufffd") || text.endsWith("\ufffd")) return;
    this.#before = text;
    this.#first = first;
    this.#shared = shared.length;
  }

  #decode(first: number): string {
    return this.#tokenizer?.decode(this.#tokens.slice(first)) ?? "";
  }

  #upTo(text: string, end: number): string {
    const piece = text.slice(this.#settled, end);
    this.#settled = Math.max(this.#settled, end);
    return piece;
  }
}

/** Characters that later tokens cannot change: without half a character, and what may begin a stop string, at the end. */
function settledLength(text: string, stops: readonly string[]): number {
  let end = text.length;
  while (end > 0 && text[end - 1] === "\ufffd") end--;
  for (const stop of stops) {
    for (let size = Math.min(stop.length - 1, end); size > 0; size--) {
      if (!text.slice(0, end).endsWith(stop.slice(0, size))) continue;
      end -= size;
      break;
    }
  }
  return end;
}
