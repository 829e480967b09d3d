import { addCopyButtons } from "./copy.ts";
import { addDownloads } from "./download.ts";
import { makeSortable } from "./sort.ts";
import { addTips } from "./tips.ts";

/** The buttons and tooltips of the report in `root`, once. */
export function addReportTools(root: ParentNode = document): void {
  addCopyButtons(root);
  addDownloads(root);
  makeSortable(root);
  addTips(root);
}
