import { addReportTools } from "./tools.ts";

/**
 * The page's script. It only adds: without it nothing is missing but the buttons and the quick tooltips.
 * `scripts/build-inlined.ts` makes `src/inlined.ts` of it.
 */

addReportTools();
openFoldsInPrint();

/** For browsers that cannot open a fold by a style sheet. */
function openFoldsInPrint(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>("details:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
  });
}
