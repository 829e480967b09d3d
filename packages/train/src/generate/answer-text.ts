import type { TextTokenizer } from "../tokenizer/tokenizer.ts";

/** Decoding window: at most 64 tokens are decoded again per new token; 16 stay when the window moves. */
const WINDOW = 64;
const STAY = 16;

/** Decodes a growing answer, returning text that later tokens cannot change. */
export class AnswerText {
  readonly #tokenizer: Pick<TextTokenizer, "decode"> | undefined;
  readonly #stops: readonly string[];
  readonly #tokens: number[] = [];
  /** Text decoded before the window moved. */
  #before = "";
  #first = 0;
  /** Overlap in characters: the window's text that `#before` already holds. */
  #shared = 0;
  /** Character count returned so far. */
  #settled = 0;
  #end: number | undefined;

  /** @param stops strings that end the answer, excluded from the text. */
  constructor(tokenizer: Pick<TextTokenizer, "decode"> | undefined, stops: readonly string[]) {
    this.#tokenizer = tokenizer;
    this.#stops = stops;
  }

  /** Adds a token. Returns the newly settled text. */
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

  get isStopped(): boolean {
    return this.#end !== undefined;
  }

  rest(): string {
    const text = this.#soFar();
    return this.#upTo(text, this.#end ?? text.length);
  }

  text(): string {
    return this.#whole().slice(0, this.#end);
  }

  #whole(): string {
    return this.#decode(0);
  }

  /** Whole text so far, decoding only the window. */
  #soFar(): string {
    const text = this.#before + this.#decode(this.#first).slice(this.#shared);
    if (this.#tokens.length - this.#first >= WINDOW) this.#moveWindow(text);
    return text;
  }

  /** Moves the window, unless it would begin inside a character: later tokens would change that. */
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

/** Settled length: characters that later tokens cannot change, without half characters and possible stop strings. */
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
