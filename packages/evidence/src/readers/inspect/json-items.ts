import { InputError } from "@lorank/core";
import { jsonOf } from "../rows/json-values.ts";

/** Most items in a list, far above any sample count; below it, most characters in an item. */
const mostItems = 2 ** 20;
const mostCharacters = 2 ** 24;

/**
 * Streams a JSON list: a single item is in memory at a time.
 *
 * Methods throw InputError `E_DATA` for anything but a list, an item with 16 million characters, and a million items.
 */
export class JsonItems {
  readonly #name: string;
  readonly #onItem: (item: unknown, index: number) => void;
  readonly #decoder = new TextDecoder();
  #state: "before" | "inside" | "after" = "before";
  #begun: string[] = [];
  #length = 0;
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  #items = 0;

  constructor(name: string, onItem: (item: unknown, index: number) => void) {
    this.#name = name;
    this.#onItem = onItem;
  }

  take(piece: Uint8Array): void {
    this.#read(this.#decoder.decode(piece, { stream: true }));
  }

  /** Ends the parse; throws if the list is cut off. */
  end(): void {
    this.#read(this.#decoder.decode());
    if (this.#state !== "after") throw this.#fault("must be a JSON list that ends, got a part of one");
  }

  #read(text: string): void {
    let at = 0;
    if (this.#state === "before") {
      at = text.search(/\S/);
      if (at < 0) return;
      if (text[at] !== "[") throw this.#fault(`must be a JSON list, got ${text.slice(at, at + 20)}`);
      this.#state = "inside";
      at++;
    }
    if (this.#state === "inside") at = this.#readItems(text, at);
    if (/\S/.test(text.slice(at))) throw this.#fault("must be a JSON list alone, got more behind it");
  }

  /** Returns the place behind the list, or behind the text. */
  #readItems(text: string, start: number): number {
    let from = start;
    for (let at = start; at < text.length; at++) {
      const character = text[at];
      if (this.#isInText) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (character === "\\") this.#isEscaped = true;
        else if (character === '"') this.#isInText = false;
      } else if (character === '"') this.#isInText = true;
      else if (this.#depth === 0 && (character === "," || character === "]")) {
        this.#keep(text.slice(from, at));
        this.#give(character === "]");
        from = at + 1;
        if (this.#state === "after") return from;
      } else if (character === "[" || character === "{") this.#depth++;
      else if (character === "]" || character === "}") this.#depth--;
    }
    this.#keep(text.slice(from));
    return text.length;
  }

  #keep(text: string): void {
    this.#length += text.length;
    if (this.#length > mostCharacters)
      throw this.#fault(
        `must have items of at most ${mostCharacters} characters, got more in item ${this.#items + 1}`,
      );
    this.#begun.push(text);
  }

  #give(isLast: boolean): void {
    const text = this.#begun.join("");
    [this.#begun, this.#length] = [[], 0];
    if (isLast) this.#state = "after";
    if (isLast && this.#items === 0 && text.trim() === "") return;
    if (this.#items === mostItems) throw this.#fault(`must have at most ${mostItems} items, got more`);
    this.#items++;
    this.#onItem(jsonOf(text, `${this.#name}, item ${this.#items},`), this.#items - 1);
  }

  #fault(fault: string): InputError {
    return new InputError("E_DATA", `${this.#name} ${fault}`);
  }
}
