// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { renderReport } from "../../src/index.ts";
import { modelsByCost } from "../fixtures/arms.ts";
import { fillDom } from "../fixtures/fill-dom.ts";
import { show } from "./show.ts";

let addReportTools: (root: ParentNode) => void;

beforeEach(async () => {
  fillDom();
  vi.resetModules();
  ({ addReportTools } = await import("../../src/page.ts"));
});

function openReport(): ReturnType<typeof show> {
  const button = show(/<main>[\s\S]*<\/main>/.exec(renderReport(modelsByCost()))![0]);
  addReportTools(document);
  return button;
}

test("a CSV file of arms has a name in a column of its own, and the cost unrounded", async () => {
  const blobs: Blob[] = [];
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => `blob:${blobs.push(blob as Blob)}`);
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
  const button = openReport();
  button(`Save CSV of ${document.querySelector("#arms caption")!.textContent}`).click();
  const lines = (await blobs[0]!.text()).split("\r\n");
  expect(lines[0]).toMatch(/^model,gigabytes,"Accuracy mean, %",/);
  expect(lines[2]).toMatch(/^gemma3,4\.0625,/);
  expect(lines[4]).toMatch(/^"llama 3\.2, 1b",12,.*,best mean$/);
});

test("tips in charts name arms", () => {
  openReport();
  const tips = [...document.querySelectorAll<SVGElement>(".quality [data-tip], .difference [data-tip]")].map(
    ({ dataset }) => dataset.tip,
  );
  expect(tips).toContainEqual(expect.stringMatching(/^gemma3, seed 2: 92\.5%$/));
  expect(tips).toContainEqual(expect.stringMatching(/^"llama 3\.2, 1b" has the best mean$/));
  expect(tips.filter((tip) => /rank/.test(tip!))).toEqual([]);
});
