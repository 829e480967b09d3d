/**
 * The script of a sweep's page while the sweep runs: it puts in place what the server sends. Without it the page is as it
 * was when it was loaded. `scripts/build-inlined.ts` makes `src/inlined.ts` of it.
 */
import { putParts } from "./put-parts.ts";

const offline = document.getElementById("offline")!;
const events = new EventSource(document.body.dataset.events!);

events.addEventListener("parts", ({ data }: MessageEvent<string>) => putParts(JSON.parse(data)));
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
