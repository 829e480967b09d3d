import { announce } from "./controls.ts";

/** Largest distance between pointer and mark, in pixels. */
const SNAP_PX = 24;
/** Chart marks that summarise runs, first in keyboard order. */
const SUMMARIES = ".interval, .best, .bound, .prediction, g";

/** Created late: importing without a document must work. */
let tip: HTMLElement;

/** Shows mark titles in `root` at once, by pointer, finger or keyboard; the browser's are slow. */
export function addTips(root: ParentNode = document): void {
  tip ??= hiddenTip();
  document.body.append(tip);
  addEventListener("pointerdown", hide, { capture: true });
  for (const chart of root.querySelectorAll<SVGSVGElement>("svg.chart")) {
    const marks = [...chart.querySelectorAll("title")].map((title) => {
      const mark = title.parentElement as unknown as SVGElement;
      mark.dataset.tip = title.textContent ?? "";
      title.remove();
      return mark;
    });
    const point = (event: PointerEvent) => {
      const mark = (event.target as Element).closest<SVGElement>("[data-tip]") ?? nearest(marks, event);
      if (mark) show(mark, event.clientX);
      else hide();
    };
    chart.addEventListener("pointermove", point);
    chart.addEventListener("pointerdown", point);
    // Lifted fingers have left too, but the tooltip is still to be read.
    chart.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hide());
    // Cost bars show numbers already, and loss curves have no points.
    if (!chart.matches(".cost, .loss")) addCursor(chart, marks);
  }
}

function hiddenTip(): HTMLElement {
  const made = document.createElement("div");
  made.className = "tip";
  made.hidden = true;
  return made;
}

function addCursor(chart: SVGSVGElement, marks: readonly SVGElement[]): void {
  const order = [
    ...marks.filter((mark) => mark.matches(SUMMARIES)),
    ...marks.filter((mark) => !mark.matches(SUMMARIES)),
  ];
  let at = 0;
  const point = (): void => {
    const mark = order[at];
    if (mark === undefined) return;
    const { left, width } = mark.getBoundingClientRect();
    show(mark, left + width / 2);
    announce(mark.dataset.tip ?? "");
  };
  chart.tabIndex = 0;
  chart.addEventListener("focus", () => chart.matches(":focus-visible") && point());
  chart.addEventListener("blur", hide);
  chart.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") hide();
    if (step === undefined) return;
    event.preventDefault();
    at = (at + step + order.length) % order.length;
    point();
  });
}

function nearest(marks: readonly SVGElement[], { clientX, clientY }: PointerEvent): SVGElement | undefined {
  let found: SVGElement | undefined;
  let closest = SNAP_PX;
  for (const mark of marks) {
    const { left, right, top, bottom } = mark.getBoundingClientRect();
    if (right - left > 3 * SNAP_PX) continue; // a line or lane is wide: the pointer meets it or not
    const distance = Math.hypot((left + right) / 2 - clientX, (top + bottom) / 2 - clientY);
    if (distance < closest) [closest, found] = [distance, mark];
  }
  return found;
}

/** Shows the tooltip above the mark, or below it at the window's upper edge. */
function show(mark: SVGElement, x: number): void {
  tip.textContent = mark.dataset.tip ?? "";
  tip.hidden = false;
  for (const old of document.querySelectorAll(".met")) old.classList.remove("met");
  mark.classList.add("met");
  const { top, bottom } = mark.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = tip;
  const left = Math.min(
    Math.max(x - offsetWidth / 2, 8),
    document.documentElement.clientWidth - offsetWidth - 8,
  );
  const above = top - offsetHeight - 10;
  tip.style.left = `${scrollX + left}px`;
  tip.style.top = `${scrollY + (above < 4 ? bottom + 10 : above)}px`;
}

function hide(): void {
  tip.hidden = true;
  for (const old of document.querySelectorAll(".met")) old.classList.remove("met");
}
