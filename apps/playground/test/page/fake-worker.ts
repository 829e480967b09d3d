import { vi } from "vitest";
import type { FromWorker, ToWorker } from "../../src/protocol.ts";

/** The worker of a page under test: what the page sent to it, and a way to answer as it would. */
export interface FakeWorker {
  readonly sent: ToWorker[];
  say(message: FromWorker): void;
  /** Ends as a worker does whose script cannot be loaded. */
  fail(message: string): void;
}

/** Replaces the browser's workers and what the page asks of the browser when it starts one. */
export function fakeWorker(): FakeWorker {
  const sent: ToWorker[] = [];
  const listeners = new Map<string, (event: object) => void>();
  vi.stubGlobal("crossOriginIsolated", true);
  vi.stubGlobal(
    "Worker",
    class {
      addEventListener(kind: string, listen: (event: object) => void) {
        listeners.set(kind, listen);
      }
      postMessage(message: ToWorker) {
        sent.push(message);
      }
    },
  );
  return {
    sent,
    say: (data) => listeners.get("message")!({ data }),
    fail: (message) => listeners.get("error")!({ message }),
  };
}
