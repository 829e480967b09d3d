/**
 * Script for a running sweep's page, which puts in place what the server sends. `scripts/build-inlined.ts` bundles it
 * into `src/inlined.ts`.
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
