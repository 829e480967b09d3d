import { KEPT_FOLDER } from "../protocol.ts";

/** Longest wait in milliseconds until the files are cached. */
const WAIT_MS = 120_000;

/**
 * Has the service worker cache this page's files, so that each is loaded once.
 *
 * @returns false where the browser has no service workers, or refuses them.
 */
export async function keepOffline(): Promise<boolean> {
  const { serviceWorker } = navigator;
  if (serviceWorker === undefined) return false;
  if (serviceWorker.controller !== null) {
    serviceWorker.register("service-worker.js").catch(() => {}); // registering finds a newer build, if there is a network
    return true;
  }
  const controlled = new Promise<boolean>((resolve) => {
    serviceWorker.addEventListener("controllerchange", () => resolve(true), { once: true });
    setTimeout(() => resolve(false), WAIT_MS);
  });
  try {
    const registration = await serviceWorker.register("service-worker.js");
    const failed = new Promise<boolean>((resolve) => {
      const worker = registration.installing ?? registration.waiting;
      worker?.addEventListener("statechange", () => worker.state === "redundant" && resolve(false));
    });
    return await Promise.race([controlled, failed]);
  } catch {
    return false;
  }
}

const RELOADED = "lorank-playground-reloaded";

/** True if a comparison will have several threads, after a reload if need be. */
export function willHaveThreads(): boolean {
  const isControlled = (navigator.serviceWorker?.controller ?? null) !== null;
  return crossOriginIsolated || (isControlled && sessionStorage.getItem(RELOADED) === null);
}

/**
 * Reloads a page without the headers for threads, if the service worker can add them. Once per tab: some browsers may
 * never isolate.
 */
export function reloadForThreads(): void {
  if (crossOriginIsolated || !willHaveThreads()) return;
  sessionStorage.setItem(RELOADED, "yes");
  location.reload();
}

/** True if an earlier visit may have left something in this browser. */
export async function hasVisited(): Promise<boolean> {
  try {
    await (await navigator.storage.getDirectory()).getDirectoryHandle(KEPT_FOLDER);
    return true;
  } catch {
    return false;
  }
}

/** Starts the worker under this page's policy, by a `blob:` address; a worker loaded by URL would have none. */
export function startWorker(): Worker {
  const script = `import ${JSON.stringify(new URL("worker.js", document.baseURI).href)};`;
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  return new Worker(address, { type: "module" });
}
