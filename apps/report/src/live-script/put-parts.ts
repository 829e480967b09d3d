/** Puts parts in their places by element `id`; parts without a place are skipped. */
export function putParts(parts: Readonly<Record<string, string>>): void {
  for (const [id, html] of Object.entries(parts)) {
    const place = document.getElementById(id);
    if (place === null) continue;
    const fresh = place.cloneNode() as Element;
    fresh.innerHTML = html;
    renew(place, fresh);
  }
}

/** Renews an element node by node: folds, scrolling and focus stay. */
function renew(old: Element, fresh: Element): void {
  const before = [...old.childNodes];
  const after = [...fresh.childNodes];
  for (const [i, now] of after.entries()) {
    const was = before[i];
    if (was === undefined) old.append(now);
    else if (was instanceof Element && now instanceof Element && isSame(was, now)) {
      for (const { name } of [...was.attributes])
        if (name !== "open" && !now.hasAttribute(name)) was.removeAttribute(name);
      for (const { name, value } of now.attributes)
        if (was.getAttribute(name) !== value) was.setAttribute(name, value);
      renew(was, now);
    } else if (!was.isEqualNode(now)) was.replaceWith(now);
  }
  for (const gone of before.slice(after.length)) gone.remove();
}

function isSame(was: Element, now: Element): boolean {
  return was.tagName === now.tagName && was.id === now.id;
}
