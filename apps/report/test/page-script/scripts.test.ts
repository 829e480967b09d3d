// @vitest-environment happy-dom
// What the scripts of the two pages do when they are loaded.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fillDom } from "../fixtures/fill-dom.ts";

beforeEach(() => {
  fillDom();
  vi.resetModules();
});
afterEach(() => void vi.unstubAllGlobals());

test("the report's script adds its buttons, and opens what is folded while it is printed", async () => {
  document.body.innerHTML =
    '<div class="snippet"><code>lorank</code></div><details id="a"></details><details id="b" open></details>';
  await import("../../src/page-script/main.ts");
  expect(document.querySelectorAll(".snippet button")).toHaveLength(1);
  const open = () => [...document.querySelectorAll("details")].map((fold) => fold.open);
  window.dispatchEvent(new Event("beforeprint"));
  expect(open()).toEqual([true, true]);
  window.dispatchEvent(new Event("afterprint"));
  expect(open()).toEqual([false, true]);
});

test("the live page's script puts parts in place, says when the server is gone, and loads again when told", async () => {
  document.body.innerHTML = '<p id="offline" hidden>gone</p><div id="state">old</div>';
  document.body.dataset.events = "/events?token=a";
  const [opened, closed, reload] = [vi.fn(), vi.fn(), vi.fn()];
  const listeners = new Map<string, (event: object) => void>();
  vi.stubGlobal(
    "EventSource",
    class {
      close = closed;
      constructor(address: string) {
        opened(address);
      }
      addEventListener(kind: string, listen: (event: object) => void) {
        listeners.set(kind, listen);
      }
    },
  );
  vi.stubGlobal("location", { reload });
  await import("../../src/live-script/main.ts");
  expect(opened).toHaveBeenCalledWith("/events?token=a");
  const hear = (kind: string, data?: string) => listeners.get(kind)!({ data });
  const offline = document.getElementById("offline")!;
  hear("parts", JSON.stringify({ state: "new" }));
  expect(document.getElementById("state")!.textContent).toBe("new");
  hear("error");
  expect(offline.hidden).toBe(false);
  hear("open");
  expect(offline.hidden).toBe(true);
  expect(reload).not.toHaveBeenCalled();
  hear("reload");
  expect([closed, reload].map((fn) => fn.mock.calls.length)).toEqual([1, 1]);
});
