/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { type Claim, inWords } from "@lorank/core/results";
import { claimsAt } from "../data/places.ts";

/** Cautions to be read before the numbers; nothing at all when nothing is wrong. */
export function Notices(props: { readonly claims: readonly Claim[] }) {
  const notices = claimsAt("notices", props.claims).map(inWords);
  if (notices.length === 0) return null;
  return (
    <section id="notices" aria-labelledby="notices-title">
      <h2 id="notices-title">
        <a href="#notices">Read this first</a>
      </h2>
      <ul class="notices">
        {notices.map((notice) => (
          <li key={notice}>{notice}</li>
        ))}
      </ul>
    </section>
  );
}
