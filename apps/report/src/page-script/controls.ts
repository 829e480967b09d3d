let status: HTMLElement | undefined;

/** Tells those who hear the page what has just happened. */
export function announce(text: string): void {
  if (status === undefined) {
    status = document.createElement("p");
    status.className = "status";
    status.setAttribute("role", "status");
  }
  if (!status.isConnected) document.body.append(status);
  status.replaceChildren(text);
}

/** A button that shows `text`; its `label` has that in it. */
export function button(
  text: string,
  label: string,
  act: (self: HTMLButtonElement) => void,
): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.ariaLabel = label;
  made.addEventListener("click", () => act(made));
  return made;
}
