/** Replaces the page, and gives the button with this text or label. */
export function show(html: string): (name: string) => HTMLButtonElement {
  document.body.innerHTML = html;
  return (name) => {
    const found = [...document.querySelectorAll("button")].find(
      (one) => one.ariaLabel === name || one.textContent === name,
    );
    if (found === undefined) throw new Error(`no button ${name}`);
    return found;
  };
}

export const status = (): string | undefined => document.querySelector(".status")?.textContent;
