/** For a page that shows a report or a sweep that runs inside itself; only in a browser. */
export { putParts } from "./live-script/put-parts.ts";
export { addReportTools } from "./page-script/tools.ts";
