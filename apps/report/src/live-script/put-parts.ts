const shown = new WeakMap<Element, string>();

/**
 * Puts parts of a page, by the `id` of their element, in their place. What is open or has the focus stays, unless it is no
 * longer true.
 *
 * @returns the ids of those that the page has no place for.
 */
export function putParts(parts: Readonly<Record<string, string>>): string[] {
  const homeless: string[] = [];
  for (const [id, html] of Object.entries(parts)) {
    const place = document.getElementById(id);
    if (place === null) homeless.push(id);
    else if (shown.get(place) !== html) {
      replace(place, html);
      shown.set(place, html);
    }
  }
  return homeless;
}

/** A table that somebody has opened stays open. */
function replace(place: HTMLElement, html: string): void {
  const open = [...place.querySelectorAll("details")].map((one) => one.open);
  place.innerHTML = html;
  for (const [i, one] of place.querySelectorAll("details").entries()) one.open = open[i] ?? false;
}
