import { InputError } from "@lorank/core";

/** Faults in outcomes as a single error: the first five distinct faults, each where it first occurs, then a count. */
export class OutcomeProblems {
  readonly #source: string | undefined;
  readonly #shown = new Map<string, [line: string, times: number]>();
  count = 0;

  constructor(source?: string) {
    this.#source = source;
  }

  add(fault: string, line = fault): void {
    this.count++;
    const shown = this.#shown.get(fault);
    if (shown) shown[1]++;
    else if (this.#shown.size < 5) this.#shown.set(fault, [line, 1]);
  }

  /** @throws InputError `E_OUTCOMES` if any were added. */
  throwIfAny(): void {
    const { count } = this;
    if (count === 0) return;
    const subject = this.#source ? `${this.#source} has` : "the outcomes have";
    const lines = [`${subject} ${count} problem${count > 1 ? "s" : ""}:`];
    let rest = count;
    for (const [line, times] of this.#shown.values()) {
      rest -= times;
      lines.push(times > 1 ? `${line} (${times} times)` : line);
    }
    if (rest > 0) lines.push(`and ${rest} more`);
    throw new InputError("E_OUTCOMES", lines.join("\n  "));
  }
}
