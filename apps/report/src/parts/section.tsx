/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";

/** A part of the page: a heading that links to it, one or two sentences, then its evidence. */
export function Section(props: {
  readonly id: string;
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly children: ComponentChildren;
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

/** Three bars of different height, in the page itself. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%230a6b62' d='M1 15V9h3v6zm5.5 0V4h3v11zM12 15V1h3v14z'/%3E%3C/svg%3E";

/** The head of each page of this package. */
export function Head(props: {
  /** Its Content-Security-Policy, which names the hashes of what may run and of `styles`. */
  readonly policy: string;
  /** Not escaped: this package's own constant. */
  readonly styles: string;
  /** The `title` element. */
  readonly children: ComponentChildren;
}) {
  const { policy, styles, children } = props;
  return (
    <head>
      <meta charSet="utf-8" />
      <meta http-equiv="Content-Security-Policy" content={policy} />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      {children}
      <link rel="icon" href={ICON} />
      <style dangerouslySetInnerHTML={{ __html: styles }} />
    </head>
  );
}

/** Text to be copied whole, whose flags stay in one line each. `what` completes "Copy …". */
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
