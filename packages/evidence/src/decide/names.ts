/** Hash table for texts in typed arrays; a `Map` takes twice the memory, and retains slices of the file. */
export class Names {
  #size = 0;
  /** Texts end to end, in UTF-16 units; bytes while no character needs more. */
  #characters: Uint8Array | Uint16Array = new Uint8Array(256);
  #starts = new Uint32Array(17);
  /** Hash table, at most half full: a name's number plus 1, at the text's hash or the next free slot; 0 is free. */
  #slots = new Int32Array(32);
  #lastFound = -1;

  get size(): number {
    return this.#size;
  }

  find(text: string): number | undefined {
    // Guess that saves a look-up: runs usually list examples in the same order.
    const next = this.#lastFound + 1;
    if (next < this.#size && this.#is(next, text)) {
      this.#lastFound = next;
      return next;
    }
    const found = this.#slots[this.#slotOf(text)]! - 1;
    if (found === -1) return undefined;
    this.#lastFound = found;
    return found;
  }

  add(text: string): number {
    const number = this.#size++;
    const start = this.#starts[number]!;
    const end = start + text.length;
    this.#characters = grown(this.#characters, end - 1);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 255 && this.#characters instanceof Uint8Array)
        this.#characters = Uint16Array.from(this.#characters);
      this.#characters[start + i] = unit;
    }
    this.#starts = grown(this.#starts, number + 1);
    this.#starts[number + 1] = end;
    if (2 * this.#size > this.#slots.length) this.#rehash();
    else this.#slots[this.#slotOf(text)] = number + 1;
    this.#lastFound = number;
    return number;
  }

  at(number: number): string {
    const units = this.#characters.subarray(this.#starts[number]!, this.#starts[number + 1]!);
    return Array.from(units, (unit) => String.fromCharCode(unit)).join("");
  }

  #is(number: number, text: string): boolean {
    const start = this.#starts[number]!;
    if (this.#starts[number + 1]! - start !== text.length) return false;
    // Backwards, because names such as `example-17` differ at the end.
    for (let i = text.length - 1; i >= 0; i--)
      if (this.#characters[start + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  #slotOf(text: string): number {
    const mask = this.#slots.length - 1;
    let hash = emptyHash;
    for (let i = 0; i < text.length; i++) hash = hashed(hash, text.charCodeAt(i));
    let slot = mixed(hash) & mask;
    while (this.#slots[slot] !== 0 && !this.#is(this.#slots[slot]! - 1, text)) slot = (slot + 1) & mask;
    return slot;
  }

  #rehash(): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#size; number++) {
      let hash = emptyHash;
      for (let i = this.#starts[number]!; i < this.#starts[number + 1]!; i++)
        hash = hashed(hash, this.#characters[i]!);
      let slot = mixed(hash) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }
}

export class NamesOfExamples {
  readonly #names: Names;
  #numbers = new Int32Array(16);

  /** @param names shared with other columns that name the same things. */
  constructor(names = new Names()) {
    this.#names = names;
  }

  /** Adds an example's label or group; returns an earlier name that contradicts. `isNew`: none is known yet. */
  add(example: number, isNew: boolean, name: string): string | undefined {
    const found = this.#names.find(name);
    if (isNew) {
      this.#numbers = grown(this.#numbers, example);
      this.#numbers[example] = found ?? this.#names.add(name);
      return undefined;
    }
    const known = this.#numbers[example]!;
    return found === known ? undefined : this.#names.at(known);
  }

  get numbers(): Int32Array {
    return this.#numbers;
  }

  at(example: number): string {
    return this.#names.at(this.#numbers[example]!);
  }
}

// FNV-1a over UTF-16 units: https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
const emptyHash = 0x811c9dc5;

function hashed(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

/** Mixes upper bits into lower bits, which index the table. */
function mixed(hash: number): number {
  return hash ^ (hash >>> 15);
}

/** Returns `values`, or a copy twice as long if `index` is past the end. */
export function grown<A extends Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array>(
  values: A,
  index: number,
): A {
  if (index < values.length) return values;
  const longer = new (values.constructor as new (length: number) => A)(
    Math.max(index + 1, 2 * values.length),
  );
  longer.set(values);
  return longer;
}
