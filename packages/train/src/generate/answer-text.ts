import type { TextTokenizer } from "../tokenizer/tokenizer.ts";

/** The text of an answer while its tokens come: pieces that later tokens do not change. */
export class AnswerText {
  readonly #tokenizer: Pick<TextTokenizer, "decode"> | undefined;
  readonly #stops: readonly string[];
  readonly #tokens: number[] = [];
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
    const text = this.#whole();
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
    const text = this.#whole();
    return this.#upTo(text, this.#end ?? text.length);
  }

  /** The text of all tokens, up to the stop string. */
  text(): string {
    return this.#whole().slice(0, this.#end);
  }

  #whole(): string {
    return this.#tokenizer?.decode(this.#tokens) ?? "";
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
