import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { keepOffline, reloadForThreads, willHaveThreads } from "../../src/page/offline.ts";

const reload = vi.fn();
let stored: Map<string, string>;

/** What the browser has: a service worker that controls the page, and headers for threads. */
function browser({ isControlled = true, isIsolated = false, hasWorkers = true } = {}): void {
  stored = new Map();
  reload.mockReset();
  const serviceWorker = { controller: isControlled ? {} : null };
  vi.stubGlobal("navigator", hasWorkers ? { serviceWorker } : {});
  vi.stubGlobal("crossOriginIsolated", isIsolated);
  vi.stubGlobal("location", { reload });
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("threads", () => {
  test.each([
    ["an isolated page has them", { isIsolated: true, isControlled: false }, true, 0],
    ["a page has them after a reload through its service worker", {}, true, 1],
    ["a page without a service worker never has", { isControlled: false }, false, 0],
    ["a browser without service workers never has", { hasWorkers: false }, false, 0],
  ])("%s", (_, given, will, reloads) => {
    browser(given);
    expect(willHaveThreads()).toBe(will);
    reloadForThreads();
    expect(reload).toHaveBeenCalledTimes(reloads);
  });

  test("a page that the reload did not isolate is not reloaded again", () => {
    browser();
    reloadForThreads();
    expect(willHaveThreads()).toBe(false);
    reloadForThreads();
    expect(reload).toHaveBeenCalledOnce();
  });
});

describe("the page's files", () => {
  let listeners: Map<string, () => void>;
  let change: (state: string) => void;
  const register = vi.fn();

  beforeEach(() => {
    listeners = new Map();
    register.mockReset();
  });

  /** A browser that has not kept the page before; the new worker is told its states by the test. */
  function newVisit(place: "installing" | "waiting" = "installing"): Promise<boolean> {
    const worker = {
      state: "installing",
      addEventListener: (_: string, listen: () => void) => {
        change = (state) => {
          worker.state = state;
          listen();
        };
      },
    };
    register.mockResolvedValue({ installing: null, waiting: null, [place]: worker });
    const addEventListener = (kind: string, listen: () => void) => void listeners.set(kind, listen);
    vi.stubGlobal("navigator", { serviceWorker: { controller: null, register, addEventListener } });
    return keepOffline();
  }
  const registered = () => vi.waitFor(() => expect(change).toBeDefined());

  test("are kept once the service worker has the page", async () => {
    const kept = newVisit();
    await registered();
    change("installed");
    listeners.get("controllerchange")!();
    expect(await kept).toBe(true);
  });

  test.each(["installing", "waiting"] as const)("are not where a worker that is %s fails", async (place) => {
    const kept = newVisit(place);
    await vi.waitFor(() => expect(register).toHaveBeenCalled());
    await registered();
    change("redundant");
    expect(await kept).toBe(false);
  });

  test("are not after two minutes", async () => {
    vi.useFakeTimers();
    const kept = newVisit();
    let is: boolean | undefined;
    void kept.then((value) => {
      is = value;
    });
    await vi.advanceTimersByTimeAsync(119_000);
    expect(is).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1000);
    expect(is).toBe(false);
  });

  test("are not where the browser refuses", async () => {
    register.mockRejectedValue(new Error("SecurityError"));
    vi.stubGlobal("navigator", {
      serviceWorker: { controller: null, register, addEventListener: () => {} },
    });
    expect(await keepOffline()).toBe(false);
  });

  test("of an earlier visit are there, and a newer build is looked for, network or not", async () => {
    register.mockRejectedValue(new Error("offline"));
    vi.stubGlobal("navigator", { serviceWorker: { controller: {}, register } });
    expect(await keepOffline()).toBe(true);
    expect(register).toHaveBeenCalledWith("service-worker.js");
    vi.stubGlobal("navigator", {});
    expect(await keepOffline()).toBe(false);
  });
});
