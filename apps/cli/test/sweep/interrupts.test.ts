import { expect, onTestFinished, test } from "vitest";
import { createInterrupts, type StopSignal } from "../../src/sweep/interrupts.ts";

/** Interrupts that listen, and what they say. */
function listening() {
  const said: StopSignal[] = [];
  const interrupts = createInterrupts();
  interrupts.listen((signal) => said.push(signal));
  onTestFinished(() => interrupts.release());
  const state = () => ({
    code: interrupts.code(),
    stop: interrupts.signals.stop!.aborted,
    kill: interrupts.signals.kill!.aborted,
  });
  return { interrupts, said, state };
}

test.each([
  [["SIGINT"], 75, false],
  [["SIGUSR1"], 75, false],
  [["SIGTERM"], 143, false],
  [["SIGHUP"], 129, false],
  [["SIGINT", "SIGINT"], 130, true],
  [["SIGTERM", "SIGINT"], 130, true],
  [["SIGHUP", "SIGTERM"], 143, false],
  [["SIGUSR1", "SIGUSR1"], 75, false],
] as const)("%j stops once, exits with %i, and kills: %j", (signals, code, kill) => {
  const { said, state } = listening();
  expect(state()).toEqual({ code: undefined, stop: false, kill: false });
  for (const signal of signals) process.emit(signal, signal);
  expect(state()).toEqual({ code, stop: true, kill });
  expect(said).toEqual([signals[0]]);
});

test("signals are given back", () => {
  const { interrupts } = listening();
  const before = process.listenerCount("SIGHUP");
  interrupts.release();
  expect(process.listenerCount("SIGHUP")).toBe(before - 1);
});
