import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { firstValues } from "../../src/page/form-values.ts";
import { type PageState, Session } from "../../src/page/session.ts";
import type { FromWorker, Saved } from "../../src/protocol.ts";
import { type FakeWorker, fakeWorker } from "./fake-worker.ts";

let worker: FakeWorker;
let state: PageState;
const say = (message: FromWorker): void => worker.say(message);

beforeEach(() => {
  worker = fakeWorker();
  vi.stubGlobal("document", { title: "", baseURI: "https://example.org/", addEventListener: () => {} });
  vi.stubGlobal("navigator", {});
});
afterEach(() => void vi.unstubAllGlobals());

const newSession = () =>
  new Session(
    (next) => {
      state = next;
    },
    () => {},
  );
const settings = {} as Saved["asked"];
const data = { kind: "file", file: new File([], "second.csv") } as const;
const saved: Saved = { asked: settings, dataName: "first.csv", state: "stopped" };

test("late columns of an earlier file are dropped", async () => {
  const session = newSession();
  await session.open();
  session.readColumns(new File([], "large.csv"));
  session.readColumns(new File([], "small.csv"));
  say({ kind: "columns", pick: 2, names: ["small"] });
  say({ kind: "columns", pick: 1, names: ["large"] });
  expect(state.columns).toEqual(["small"]);
});

test("a start that fails leaves the saved name, and the form as it was", async () => {
  const session = newSession();
  await session.open();
  say({ kind: "opened", busy: false, saved, goesOn: false });
  session.start(settings, data, { kind: "starter" }, firstValues);
  expect(worker.sent.at(-1)).toMatchObject({ kind: "start", isBlind: false });
  say({ kind: "error", of: "sweep", text: "full" });
  expect(state).toMatchObject({ phase: "form", saved, values: firstValues, error: "full" });
  session.start(settings, data, { kind: "starter" }, firstValues);
  say({ kind: "stored", saved: { ...saved, dataName: "second.csv" } });
  expect(state.saved?.dataName).toBe("second.csv");
  expect(state.values).toBeUndefined();
});

test("a start before the worker is there says so, and a refusal shows the form again", async () => {
  const session = newSession();
  session.start(settings, data, { kind: "starter" }, firstValues);
  await session.open();
  expect(worker.sent.at(-1)).toMatchObject({ kind: "start", isBlind: true });
  say({ kind: "opened", busy: true, goesOn: false });
  say({ kind: "refused", text: "another tab", goesOn: false });
  expect(state).toMatchObject({ phase: "form", values: firstValues, error: "another tab" });
});

test("a failed forget is said, and the form still offers it", async () => {
  await newSession().open();
  say({ kind: "opened", busy: false, saved, goesOn: false });
  say({ kind: "error", of: "forget", text: "A file is in use." });
  expect(state).toMatchObject({
    phase: "form",
    saved,
    error: "Not all that is kept here could be removed. A file is in use.",
  });
});

test("the last estimate that was asked before the worker was there is sent, and late answers are dropped", async () => {
  const session = newSession();
  const question = { settings, hasFile: false, model: { kind: "starter" } } as const;
  session.estimate({ ...question, hasFile: true });
  session.estimate(question);
  await session.open();
  expect(worker.sent.filter(({ kind }) => kind === "estimate")).toEqual([
    { kind: "estimate", ask: 2, ...question, isThreaded: true },
  ]);
  const estimate = { low: 60, high: 240, isMeasured: false, isMost: false };
  say({ kind: "estimate", ask: 2, estimate });
  expect(state.estimate).toEqual(estimate);
  session.estimate(question);
  say({ kind: "estimate", ask: 2, estimate: { ...estimate, low: 1 } });
  expect(state.estimate).toEqual(estimate);
});
