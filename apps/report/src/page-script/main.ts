import { addReportTools } from "./tools.ts";

/**
 * Script for the report's page, which only adds buttons and quick tooltips. `scripts/build-inlined.ts` bundles it into
 * `src/inlined.ts`.
 */

addReportTools();
openFoldsInPrint();

/** Opens folds in print, for browsers whose style sheets cannot. */
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
