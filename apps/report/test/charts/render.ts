import type { VNode } from "preact";
import { render } from "preact-render-to-string";

/** An element as it stands in the page. */
export function html(element: VNode): string {
  return render(element);
}

/** The value of `attribute` in every `element` whose class is `name`, in order. */
export function numbersOf(text: string, element: string, name: string, attribute: string): number[] {
  const tags = text.match(new RegExp(`<${element}\\b[^>]*class="${name}"[^>]*>`, "g")) ?? [];
  return tags.map((tag) => Number(new RegExp(`\\b${attribute}="([^"]*)"`).exec(tag)?.[1]));
}
