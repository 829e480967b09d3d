/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";

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
