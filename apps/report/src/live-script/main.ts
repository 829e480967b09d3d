/**
 * The script of a sweep's page while the sweep runs: it puts in place what the server sends. Without it the page is as it
 * was when it was loaded. `scripts/build-inlined.ts` makes `src/inlined.ts` of it.
 */
import { addCopyButtons } from "../page-script/copy.ts";
import { putParts } from "./put-parts.ts";

addCopyButtons();
const offline = document.getElementById("offline")!;
const events = new EventSource(document.body.dataset.events!);

events.addEventListener("parts", ({ data }: MessageEvent<string>) => {
  const homeless = putParts(JSON.parse(data) as Record<string, string>);
  // The sweep was extended: it has rows that this page has no place for.
  if (homeless.length > 0) location.reload();
});
events.addEventListener("reload", () => {
  events.close();
  location.reload();
});
events.addEventListener("open", () => {
  offline.hidden = true;
});
events.addEventListener("error", () => {
  offline.hidden = false;
});
