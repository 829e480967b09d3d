import type { ServerResponse } from "node:http";
import type { LiveParts } from "@lorank/report";
import type { View } from "./sweep-look.ts";

/** Calls back again and again until what it returns is called. */
export type Repeat = (callback: () => void) => () => void;

/** A viewer that reads nothing for so long is cut off; its browser comes back by itself. */
const mostUnreadBytes = 4_000_000;

interface Viewer {
  readonly response: ServerResponse;
  shown: LiveParts;
}

/** All who watch a sweep. One look serves them all, and while there is nobody there is no look. */
export class Viewers {
  readonly #look: () => View;
  readonly #repeat: Repeat;
  readonly #onError: (error: unknown) => void;
  readonly #viewers = new Set<Viewer>();
  #stop: (() => void) | undefined;

  constructor(look: () => View, repeat: Repeat, onError: (error: unknown) => void) {
    this.#look = look;
    this.#repeat = repeat;
    this.#onError = onError;
  }

  get count(): number {
    return this.#viewers.size;
  }

  /** Sends what is to be seen now, and from now on what is new, until the connection ends. */
  add(response: ServerResponse): void {
    const viewer: Viewer = { response, shown: {} };
    this.#viewers.add(viewer);
    response.on("close", () => {
      this.#viewers.delete(viewer);
      if (this.#viewers.size > 0) return;
      this.#stop?.();
      this.#stop = undefined;
    });
    this.#stop ??= this.#repeat(() => this.look());
    this.look([viewer]);
  }

  /** Looks, and sends what is new. What goes wrong with that must not end the sweep beside it. */
  look(viewers: Iterable<Viewer> = this.#viewers): void {
    try {
      const view = this.#look();
      for (const viewer of viewers) send(viewer, view);
    } catch (error) {
      this.#onError(error);
    }
  }

  end(): void {
    for (const { response } of this.#viewers) response.end();
  }
}

function send(viewer: Viewer, view: View): void {
  const { response, shown } = viewer;
  if (view.kind === "report") return void response.write("event: reload\ndata: done\n\n");
  const fresh = Object.entries(view.parts).filter(([id, html]) => shown[id] !== html);
  if (fresh.length === 0) return;
  if (response.writableLength > mostUnreadBytes) return void response.destroy();
  viewer.shown = view.parts;
  response.write(`event: parts\ndata: ${JSON.stringify(Object.fromEntries(fresh))}\n\n`);
}
