import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { callProcesses } from "../../src/commands/mcp/calls.ts";

const program = fileURLToPath(new URL("call-process.mjs", import.meta.url));
const never = new AbortController().signal;

/** Calls of a tool by its name, and the processes that were started for them. */
function callsOf(options: { readonly limitSeconds?: number; readonly most?: number } = {}) {
  const started: ChildProcess[] = [];
  const start = () => {
    started.push(fork(program));
    return started.at(-1)!;
  };
  const { answer, close } = callProcesses({ ...options, start });
  onTestFinished(close);
  return { started, close, call: (tool: string, signal = never) => answer({ tool, values: {} }, signal) };
}

const refusal = (message: string) => ({ error: { code: "E_CALL", message } });
const gone = (child: ChildProcess) => child.signalCode ?? once(child, "exit").then(([, signal]) => signal);

test("a process answers one call after the other", async () => {
  const { call, started } = callsOf();
  const documents = [await call("count"), await call("count")];
  const { pid } = started[0]!;
  expect(documents).toEqual([1, 2].map((calls) => ({ document: { process: pid, calls } })));
});

test("calls at the same time have a process each, of which one is kept", async () => {
  const { call, started } = callsOf();
  const answers = await Promise.all([call("count"), call("count")]);
  expect(new Set(answers.map((one) => "document" in one && one.document)).size).toBe(2);
  expect(started).toHaveLength(2);
  const killed = started.filter(({ connected, killed }) => killed || !connected);
  expect(killed).toHaveLength(1);
  expect(await gone(killed[0]!)).toBe("SIGKILL");
});

test("a call that the client cancels is killed while it computes, and the next one is answered", async () => {
  const { call, started } = callsOf();
  const cancel = new AbortController();
  const hanging = call("hang", cancel.signal);
  expect(await call("count")).toMatchObject({ document: { calls: 1 } }); // the other one blocks nobody
  cancel.abort();
  expect(await hanging).toEqual(refusal("hang must come to an end, got the client's word to stop"));
  expect(await gone(started[0]!)).toBe("SIGKILL");
  expect(await call("count")).toMatchObject({ document: { calls: 2 } });
});

test("a call that never ends is killed when its time is over", async () => {
  const { call, started } = callsOf({ limitSeconds: 0.01 });
  expect(await call("hang")).toEqual(refusal("hang must come to an end, got no answer within 0.01 s"));
  expect(await gone(started[0]!)).toBe("SIGKILL");
});

test("a process that ends itself is an error of its call alone", async () => {
  const { call } = callsOf();
  expect(await call("end")).toEqual(refusal("end must come to an end, got the end of its process with 7"));
  expect(await call("count")).toMatchObject({ document: { calls: 1 } });
});

test("more calls at a time than are allowed are refused, and so is one that was cancelled before", async () => {
  const { call, started } = callsOf({ most: 1 });
  const cancel = new AbortController();
  const waiting = call("wait", cancel.signal);
  expect(await call("count")).toEqual(
    refusal("calls must be at most 1 at a time, got another: wait for an answer"),
  );
  cancel.abort();
  await waiting;
  expect(await call("count", cancel.signal)).toEqual(refusal("the call was cancelled"));
  expect(started).toHaveLength(1);
});

test("the end of the server ends all processes", async () => {
  const { call, close, started } = callsOf();
  await call("count");
  const hanging = call("hang"); // in the process of the first
  const other = call("wait");
  close();
  expect(await Promise.all(started.map(gone))).toEqual(["SIGKILL", "SIGKILL"]);
  expect([await hanging, await other]).toEqual([
    refusal(expect.stringContaining("the end of its process")),
    refusal(expect.stringContaining("the end of its process")),
  ]);
});
