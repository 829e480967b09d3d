/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";

/** Page icon, inlined: three bars with different heights. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%230a6b62' d='M1 15V9h3v6zm5.5 0V4h3v11zM12 15V1h3v14z'/%3E%3C/svg%3E";

/** Names in the page's header: sweep, model, data. */
interface Named {
  readonly sweep: { readonly name: string };
  readonly model?: { readonly name: string } | undefined;
  readonly data: { readonly name?: string };
}

/** Whole HTML page. `styles` and `script` are constants, and not escaped. */
export function Document(props: {
  /** Content-Security-Policy with hashes for `script` and `styles`. */
  readonly policy: string;
  readonly styles: string;
  readonly script: string;
  readonly title: ComponentChildren;
  readonly of: Named;
  readonly nav?: ComponentChildren;
  readonly footer: ComponentChildren;
  /** Address of server-sent events, for a running sweep's page. */
  readonly events?: string;
  readonly children: ComponentChildren;
}) {
  const { sweep, model, data } = props.of;
  const subject = model === undefined ? (data.name ?? sweep.name) : `${model.name} on ${data.name}`;
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={props.policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {props.title}
        <link rel="icon" href={ICON} />
        <style dangerouslySetInnerHTML={{ __html: props.styles }} />
      </head>
      <body data-events={props.events}>
        <header>
          <p class="brand">LoRAnk</p>
          <p>{sweep.name === subject ? subject : `${sweep.name}: ${subject}`}</p>
          {props.nav}
        </header>
        <main>{props.children}</main>
        <footer>
          <p>{props.footer}</p>
        </footer>
        <script dangerouslySetInnerHTML={{ __html: props.script }} />
      </body>
    </html>
  );
}
