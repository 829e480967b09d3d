/**
 * The page's script. It only adds: without it nothing is missing but the buttons and the quick tooltips.
 * `scripts/build-inlined.ts` makes `src/inlined.ts` of it.
 */
import { openFoldsInPrint } from "./print.ts";
import { addReportTools } from "./tools.ts";

addReportTools();
openFoldsInPrint();
