/**
 * The set-up of all test files. A warning fails its test, unless the test asserts it by `warned()`: what the product, Node or
 * a library says by `console.warn`, `console.error`, as a warning of Node, or on standard error where no test captures that.
 * `chromium.ts` adds what pages say.
 */
import { afterAll, afterEach, beforeEach } from "vitest";
import { heard, warned } from "./warned.ts";

const isListening = Symbol.for("lorank tests hear warnings");

// Several files share a process, and each runs this module.
if (!(isListening in process)) {
  Object.defineProperty(process, isListening, { value: true });
  for (const method of ["warn", "error"] as const)
    console[method] = (...words: unknown[]) =>
      heard.push(`console.${method}: ${words.map(String).join(" ")}`);
  process.on("warning", ({ name, message }) => heard.push(`${name}: ${message}`));
  process.stderr.write = (text: string | Uint8Array, ...rest: unknown[]) => {
    // Node prints its warnings too, and execFileSync hands over an empty text.
    if (text.length > 0 && !/^\(node:\d+\) /.test(String(text))) heard.push(`stderr: ${text}`);
    for (const done of rest) if (typeof done === "function") done();
    return true;
  };
}

function assertNoneLeft(): void {
  const left = warned();
  if (left.length > 0)
    throw new Error(`a warning must be asserted, by warned() of scripts/warned.ts, got:\n${left.join("\n")}`);
}

beforeEach(assertNoneLeft);
afterEach(async () => {
  await new Promise<void>((done) => process.nextTick(done)); // Node emits its warnings in the next tick
  assertNoneLeft();
});
afterAll(assertNoneLeft);
