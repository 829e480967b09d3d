/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";

/** An image for assistive technology: one label in words; its table twin holds the numbers. */
export function Frame(props: {
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly name: string;
  readonly children: ComponentChildren;
}) {
  return (
    <svg
      class={`chart ${props.name}`}
      role="img"
      aria-label={props.label}
      viewBox={`0 0 ${props.width} ${props.height}`}
      width={props.width}
      height={props.height}
    >
      {props.children}
    </svg>
  );
}
