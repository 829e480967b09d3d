import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { firstValues } from "../../src/page/form-values.ts";
import { type PageState, Session } from "../../src/page/session.ts";
import type { FromWorker, Saved } from "../../src/protocol.ts";
import { type FakeWorker, fakeWorker } from "./fake-worker.ts";

let worker: FakeWorker;
let state: PageState;
const say = (message: FromWorker): void => worker.say(message);

beforeEach(() => {
  state = undefined as unknown as PageState;
  worker = fakeWorker();
  vi.stubGlobal("document", { title: "", baseURI: "https://example.org/", addEventListener: () => {} });
  vi.stubGlobal("navigator", {});
});
afterEach(() => void vi.unstubAllGlobals());

const shown = (): PageState => state;
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

test.each([
  ["once it is stored", () => {}, 1],
  ["not while it is paused", (session: Session) => session.pause("person"), 0],
  ["not where it is to go on in a hidden tab", (session: Session) => session.runHidden(true), 0],
])("a comparison gets its threads by a reload, %s", async (_, before, reloads) => {
  const reload = vi.fn();
  const serviceWorker = { controller: {}, register: async () => {} };
  vi.stubGlobal("navigator", { serviceWorker });
  vi.stubGlobal("crossOriginIsolated", false);
  vi.stubGlobal("sessionStorage", { getItem: () => null, setItem: () => {} });
  vi.stubGlobal("location", { reload });
  const session = newSession();
  await session.open();
  session.start(settings, data, { kind: "starter" }, firstValues);
  before(session);
  say({ kind: "preparing", text: "Reading" });
  expect(reload).not.toHaveBeenCalled();
  say({ kind: "stored", saved });
  expect(reload).toHaveBeenCalledTimes(reloads);
});

test("what a page opens to is what an earlier visit left", async () => {
  const opened = async (state: Saved["state"], goesOn: boolean): Promise<PageState> => {
    await newSession().open();
    say({ kind: "opened", busy: false, saved: { ...saved, state }, goesOn });
    return shown();
  };
  expect(await opened("running", true)).toMatchObject({
    phase: "preparing",
    preparing: "Going on where the page was",
  });
  expect(await opened("paused", true)).toMatchObject({ phase: "preparing", paused: "person" });
  expect(await opened("done", true)).not.toHaveProperty("preparing");
  const stopped = await opened("stopped", false);
  expect(stopped).toMatchObject({ phase: "form", saved: { dataName: "first.csv" } });
  expect(stopped).not.toHaveProperty("paused");
});

test("a started comparison is not left for the form by what opening finds", async () => {
  let control = () => {};
  const addEventListener = (_: string, listen: () => void) => {
    control = listen;
  };
  const serviceWorker = { controller: null, register: async () => ({}), addEventListener };
  vi.stubGlobal("navigator", { serviceWorker });
  const session = newSession();
  const opening = session.open();
  await vi.waitFor(() => expect(state?.phase).toBe("form"));
  session.start(settings, data, { kind: "starter" }, firstValues);
  expect(state.preparing).toBe("Loading the engine, 28 MB, once");
  control();
  await opening;
  expect(state.offline).toBe(true);
  say({ kind: "opened", busy: false, saved, goesOn: false });
  expect(state).toMatchObject({ phase: "preparing", saved });
  say({ kind: "refused", text: "meanwhile", goesOn: true });
  expect(state).toMatchObject({ phase: "preparing", error: "meanwhile" });
  say({ kind: "forgotten" });
  expect(state).toMatchObject({ phase: "form", saved: undefined, error: undefined });
});

test("late answers of a comparison that was left change nothing", async () => {
  await newSession().open();
  const before = state;
  say({ kind: "answering", name: "Rank 2", text: "late" });
  say({ kind: "answered", cut: [] });
  expect(state).toEqual(before);
});
