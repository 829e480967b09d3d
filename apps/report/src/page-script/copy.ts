import { announce, button } from "./controls.ts";

export function addCopyButtons(root: ParentNode = document): void {
  for (const snippet of root.querySelectorAll<HTMLElement>(".snippet")) {
    const what = snippet.dataset.what ?? "";
    const text = snippet.querySelector("code")!;
    snippet.append(
      button("Copy", `Copy ${what}`, async (self) => {
        const isCopied = await copy(text);
        self.textContent = isCopied ? "Copied" : "Selected";
        announce(
          isCopied ? `Copied ${what}.` : `Selected ${what}: the browser lets no page copy. Use its menu.`,
        );
        setTimeout(() => {
          self.textContent = "Copy";
        }, 2000);
      }),
    );
  }
}

/** Falls back to a selection: some browsers have no clipboard in a file. False where both are refused. */
async function copy(element: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(element.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    return document.execCommand("copy");
  }
}
