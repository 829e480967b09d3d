/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { type Claim, inWords } from "@lorank/core/results";
import { claimsAt } from "../data/places.ts";
import { Section } from "../parts/section.tsx";

/** Cautions to be read before the numbers; nothing at all when nothing is wrong. */
export function Notices(props: { readonly claims: readonly Claim[] }) {
  const notices = claimsAt("notices", props.claims).map(inWords);
  if (notices.length === 0) return null;
  return (
    <Section id="notices" title="Read this first">
      <ul class="notices">
        {notices.map((notice) => (
          <li key={notice}>{notice}</li>
        ))}
      </ul>
    </Section>
  );
}
