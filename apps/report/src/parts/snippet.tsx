/** @jsxRuntime automatic */
/** @jsxImportSource preact */

/** Text to be copied whole. `what` completes "Copy …". */
export function Snippet(props: { readonly what: string; readonly text: string }) {
  return (
    <div class="snippet" data-what={props.what}>
      <pre>
        <code>{props.text}</code>
      </pre>
    </div>
  );
}
