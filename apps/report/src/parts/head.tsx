/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import { ICON } from "./icon.ts";

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
