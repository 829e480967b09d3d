import { render } from "preact";
import { act } from "preact/test-utils";
import { onTestFinished, vi } from "vitest";
import { fillDom } from "../../../report/test/fixtures/fill-dom.ts";
import { App } from "../../src/page/app.tsx";
import { Session } from "../../src/page/session.ts";
import type { FromWorker, OutFile } from "../../src/protocol.ts";
import { type FakeWorker, fakeWorker } from "./fake-worker.ts";

export const buttons = (): string[] =>
  [...document.querySelectorAll("button")].map(({ textContent }) => textContent!);
export const one = <Found extends Element>(selector: string): Found =>
  document.querySelector<Found>(selector)!;
export const text = (selector = "body"): string => one(selector).textContent!.replace(/\s+/g, " ").trim();

/** Presses a button; what that starts may end only after some promises. */
export function press(name: string): Promise<void> {
  const button = [...document.querySelectorAll("button")].find(({ textContent }) => textContent === name);
  if (button === undefined) throw new Error(`no button ${name} of ${buttons().join(", ")}`);
  return act(async () => {
    button.click();
    await new Promise((done) => setTimeout(done));
  });
}

/** Types into a field, as a person does. */
export function type(selector: string, value: string): Promise<void> {
  const input = one<HTMLInputElement>(selector);
  return act(() => {
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/** Empties the page for one test, which may say what the browser has. */
export function emptyPage(navigator: object = {}): void {
  fillDom();
  document.title = "Playground";
  document.body.innerHTML = "";
  onTestFinished(() => {
    render(null, document.body);
    vi.unstubAllGlobals();
  });
  vi.stubGlobal("navigator", navigator);
}

export interface OpenPage extends Pick<FakeWorker, "sent" | "fail"> {
  /** Files that the browser was given to save. */
  readonly files: readonly OutFile[];
  hear(...messages: FromWorker[]): Promise<void>;
}

/** The page with a worker that does what the test says. */
export async function openPage(navigator: object = {}): Promise<OpenPage> {
  emptyPage(navigator);
  const worker = fakeWorker();
  const files: OutFile[] = [];
  const listening = vi.spyOn(document, "addEventListener");
  // A page ends with its document, which the next test has too.
  onTestFinished(() => {
    for (const [kind, listen] of listening.mock.calls) document.removeEventListener(kind, listen);
  });
  const session: Session = new Session(
    (state) => render(<App state={state} session={session} />, document.body),
    (file) => void files.push(file),
  );
  await act(() => session.open());
  return {
    ...{ files, sent: worker.sent },
    fail: (message) => void act(() => worker.fail(message)),
    hear: (...messages) => act(() => messages.forEach((message) => void worker.say(message))),
  };
}
