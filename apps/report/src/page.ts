/** Scripts for a page that shows a report, or a sweep that runs, inside itself. They run only in a browser. */
import { addReportTools as addTools } from "./page-script/tools.ts";

export { putParts } from "./live-script/put-parts.ts";

/** The used part of an element or a document, for callers without types of the DOM. */
export interface ReportRoot {
  querySelectorAll(selectors: string): ArrayLike<unknown>;
}

/** The buttons and tooltips of the report in `root`, once. (default: of the whole document) */
export function addReportTools(root?: ReportRoot): void {
  addTools(root as ParentNode | undefined);
}
