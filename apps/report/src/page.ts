/** Scripts for a page with a report, or a running sweep, inside; for browsers only. */
import { addReportTools as addTools } from "./page-script/tools.ts";

export { putParts } from "./live-script/put-parts.ts";

/** Element or document, as far as it is used, for callers without DOM types. */
export interface ReportRoot {
  querySelectorAll(selectors: string): ArrayLike<unknown>;
}

/** Adds buttons and tooltips to the report in `root`, once. (default: the whole document) */
export function addReportTools(root?: ReportRoot): void {
  addTools(root as ParentNode | undefined);
}
