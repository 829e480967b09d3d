/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";

/** Page section: a heading that links to itself, one or two sentences, then the evidence. */
export function Section(props: {
  readonly id: string;
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly children?: ComponentChildren;
}) {
  return (
    <section id={props.id} aria-labelledby={`${props.id}-title`}>
      <h2 id={`${props.id}-title`}>
        <a href={`#${props.id}`}>{props.title}</a>
      </h2>
      {props.lead && <p class="lead">{props.lead}</p>}
      {props.children}
    </section>
  );
}

/** Text to be copied whole, flags unbroken. `what` completes "Copy …". */
export function Snippet(props: { readonly what: string; readonly text: string }) {
  return (
    <div class="snippet" data-what={props.what}>
      <pre>
        <code>
          {props.text
            .split(/(--[\w-]+)/)
            .map((piece) => (piece.startsWith("--") ? <span class="flag">{piece}</span> : piece))}
        </code>
      </pre>
    </div>
  );
}
