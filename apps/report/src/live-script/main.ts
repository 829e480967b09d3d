/**
 * The script of a sweep's page while the sweep runs: it puts in place what the server sends. Without it the page is as it
 * was when it was asked for. `scripts/build-inlined.ts` makes `src/inlined.ts` of it.
 */
import { addCopyButtons } from "../page-script/copy.ts";

addCopyButtons();
const offline = document.getElementById("offline")!;
const shown = new Map<string, string>();
const events = new EventSource(document.body.dataset.events!);

events.addEventListener("parts", ({ data }: MessageEvent<string>) => {
  for (const [id, html] of Object.entries(JSON.parse(data) as Record<string, string>)) {
    const place = document.getElementById(id);
    // The sweep was extended: it has rows that this page has no place for.
    if (place === null) return location.reload();
    // What is open or has the focus stays, unless it is no longer true.
    if (shown.get(id) !== html) replace(place, html);
    shown.set(id, html);
  }
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

/** A table that somebody has opened stays open. */
function replace(place: HTMLElement, html: string): void {
  const open = [...place.querySelectorAll("details")].map((one) => one.open);
  place.innerHTML = html;
  for (const [i, one] of place.querySelectorAll("details").entries()) one.open = open[i] ?? false;
}
