/**
 * The page's script. It only adds: without it nothing is missing but the buttons and the quick tooltips.
 * `scripts/build-inlined.ts` makes `src/inlined.ts` of it.
 */
import { addCopyButtons } from "./copy.ts";
import { addDownloads } from "./download.ts";
import { openFoldsInPrint } from "./print.ts";
import { makeSortable } from "./sort.ts";
import { addTips } from "./tips.ts";

addCopyButtons();
addDownloads();
makeSortable();
addTips();
openFoldsInPrint();
