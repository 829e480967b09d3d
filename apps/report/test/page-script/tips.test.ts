// @vitest-environment happy-dom
import { beforeEach, describe, expect, test, vi } from "vitest";
import { show, status } from "./show.ts";

/** Marks with the place that the browser would give them: left, top, width, height. */
const chart = `<svg class="chart">
  <circle data-at="100 200 6 6"><title>run one</title></circle>
  <circle data-at="130 200 6 6"><title>run two</title></circle>
  <g class="interval" data-at="300 200 10 60"><title>mean</title></g>
  <rect data-at="0 400 400 12"><title>lane</title></rect>
</svg>`;

beforeEach(async () => {
  const placeOf = (element: Element) => (element.getAttribute("data-at") ?? "0 0 0 0").split(" ").map(Number);
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockImplementation(function (this: Element) {
    const [left = 0, top = 0, width = 0, height = 0] = placeOf(this);
    return { left, top, width, height, right: left + width, bottom: top + height } as DOMRect;
  });
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(40);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(20);
  vi.spyOn(document.documentElement, "clientWidth", "get").mockReturnValue(500);
  // The module keeps its tooltip, which belongs to the document of another test file.
  vi.resetModules();
});

async function open(html = chart) {
  show(html);
  const { addTips } = await import("../../src/page-script/tips.ts");
  addTips(document);
  const svg = document.querySelector("svg")!;
  return {
    svg,
    point(clientX: number, clientY: number, on: Element = svg, kind = "pointermove") {
      on.dispatchEvent(new PointerEvent(kind, { clientX, clientY, bubbles: true }));
      return shown();
    },
    leave: (pointerType: string) => svg.dispatchEvent(new PointerEvent("pointerleave", { pointerType })),
    press(key: string) {
      const event = new KeyboardEvent("keydown", { key, cancelable: true });
      svg.dispatchEvent(event);
      return event.defaultPrevented;
    },
  };
}

const tip = () => document.querySelector<HTMLElement>(".tip")!;
const shown = (): string | undefined => (tip().hidden ? undefined : tip().textContent);
const place = () => [tip().style.left, tip().style.top];

describe("a tooltip", () => {
  test("has the title, which the browser then does not show too", async () => {
    await open();
    expect(document.querySelector("svg title")).toBeNull();
    expect([...document.querySelectorAll("[data-tip]")].map((mark) => mark.getAttribute("data-tip"))).toEqual(
      [...["run one", "run two", "mean", "lane"]],
    );
    expect(shown()).toBeUndefined();
  });

  test("is that of the nearest mark within 24 pixels, or of the one that is met", async () => {
    const { point } = await open();
    expect(point(103, 203)).toBe("run one");
    expect(point(120, 203)).toBe("run two");
    expect(document.querySelectorAll(".met")).toHaveLength(1);
    expect(point(103, 226)).toBe("run one");
    expect(point(103, 227)).toBeUndefined();
    expect(document.querySelectorAll(".met")).toHaveLength(0);
    // A lane is wide: its middle is no place to be near to.
    expect(point(200, 406)).toBeUndefined();
    expect(point(20, 406, document.querySelector("rect")!)).toBe("lane");
  });

  test("stands above its mark, below it at the upper edge, and never outside the window", async () => {
    const { point } = await open(
      '<svg class="chart"><circle data-at="200 100 6 6"><title>a</title></circle><circle data-at="2 33 6 6">' +
        '<title>b</title></circle><circle data-at="490 34 6 6"><title>c</title></circle></svg>',
    );
    point(203, 103);
    expect(place()).toEqual(["183px", "70px"]);
    point(5, 36);
    expect(place()).toEqual(["8px", "49px"]);
    point(493, 37);
    expect(place()).toEqual(["452px", "4px"]);
  });

  test("goes when the mouse leaves or something is pressed, and stays after a finger", async () => {
    const { point, leave } = await open();
    point(103, 203);
    leave("touch");
    expect(shown()).toBe("run one");
    leave("mouse");
    expect(shown()).toBeUndefined();
    expect(point(103, 203, undefined, "pointerdown")).toBe("run one");
    document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    expect(shown()).toBeUndefined();
  });
});

describe("the keyboard", () => {
  test("goes through the marks, those that sum up first, and round", async () => {
    const { svg, press } = await open();
    vi.spyOn(svg, "matches").mockReturnValue(true);
    svg.dispatchEvent(new FocusEvent("focus"));
    expect([shown(), status()]).toEqual(["mean", "mean"]);
    expect(place()).toEqual(["285px", "170px"]);
    const seen = ["ArrowRight", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowUp"].map(
      (key) => {
        expect(press(key)).toBe(true);
        return shown();
      },
    );
    expect(seen).toEqual(["run one", "run two", "lane", "mean", "lane", "run two"]);
    expect(status()).toBe("run two");
    expect(press("Escape")).toBe(false);
    expect(shown()).toBeUndefined();
    press("ArrowLeft");
    svg.dispatchEvent(new FocusEvent("blur"));
    expect(shown()).toBeUndefined();
  });

  test("shows nothing at a focus by the pointer, and reaches no bars and curves", async () => {
    const { svg } = await open();
    expect(svg.getAttribute("tabindex")).toBe("0");
    vi.spyOn(svg, "matches").mockReturnValue(false);
    svg.dispatchEvent(new FocusEvent("focus"));
    expect(shown()).toBeUndefined();
    for (const kind of ["cost", "loss"]) {
      const bars = await open(`<svg class="chart ${kind}"><rect><title>4 MB</title></rect></svg>`);
      expect(bars.press("ArrowRight")).toBe(false);
    }
  });
});
