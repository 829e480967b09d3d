/** @jsxRuntime automatic */
/** @jsxImportSource preact */

/** Sentences on what is left out, and where everything is. */
export function LeftOut(props: { readonly words: readonly (string | undefined)[]; readonly where: string }) {
  const words = props.words.filter((one) => one !== undefined);
  return words.length === 0 ? null : <p class="fine left-out">{[...words, props.where].join(" ")}</p>;
}
