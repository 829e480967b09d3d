// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { putParts } from "../../src/page.ts";

const main = (): Element => document.querySelector("main")!;

function page(html: string): void {
  document.body.innerHTML = `<main>${html}</main>`;
}

test("a part replaces what is in its place, and one without a place is left out", () => {
  page('<div id="state">running</div><p>beside</p>');
  putParts({ state: "stopped, <b>for good</b>", absent: "nothing" });
  expect(main().innerHTML).toBe('<div id="state">stopped, <b>for good</b></div><p>beside</p>');
});

test("what is the same stays the same element: folds, focus and scrolling outlast a change beside it", () => {
  page('<div id="trials"><details><summary>More</summary><p>1</p></details><p>a</p></div>');
  const fold = document.querySelector("details")!;
  fold.open = true;
  const [one] = fold.querySelectorAll("p");
  putParts({ trials: "<details><summary>More</summary><p>2</p></details><p>a</p>" });
  expect(document.querySelector("details")).toBe(fold);
  expect(fold.open).toBe(true);
  expect(fold.querySelector("p")).toBe(one);
  expect(one!.textContent).toBe("2");
});

test("attributes come, change and go", () => {
  page('<div id="trials"><i class="old" title="x"></i></div>');
  const cell = document.querySelector("i")!;
  putParts({ trials: '<i class="new" lang="en"></i>' });
  expect(document.querySelector("i")).toBe(cell);
  expect(cell.outerHTML).toBe('<i class="new" lang="en"></i>');
});

test("an element of another kind or id is another element, and what is left over goes", () => {
  page('<div id="trials"><i>1</i><b id="a">2</b><u>3</u><s>4</s></div>');
  const [i, b] = [document.querySelector("i"), document.querySelector("b")];
  putParts({ trials: '<em>1</em><b id="c">2</b>text' });
  expect(document.querySelector("#trials")!.innerHTML).toBe('<em>1</em><b id="c">2</b>text');
  expect(i!.isConnected).toBe(false);
  expect(b!.isConnected).toBe(false);
  putParts({ trials: '<em>1</em><b id="c">2</b>text<u>5</u>' });
  expect(document.querySelector("#trials")!.innerHTML).toBe('<em>1</em><b id="c">2</b>text<u>5</u>');
});
