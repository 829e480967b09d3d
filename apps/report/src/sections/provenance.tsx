/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { provenanceFacts } from "../data/provenance-facts.ts";
import { Section } from "../parts/section.tsx";
import { Snippet } from "../parts/snippet.tsx";
import type { Reported } from "../reported.ts";

/** Where the numbers come from and how to make them again. */
export function Provenance(props: { readonly results: Reported; readonly command?: string }) {
  const { results, command } = props;
  return (
    <Section id="provenance" title="Where these numbers come from">
      <div class="provenance">
        {provenanceFacts(results).map(([title, facts]) => (
          <div key={title}>
            <h3>{title}</h3>
            <dl>
              {facts.map(([term, value]) => (
                <div key={term}>
                  <dt>{term}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </div>
        ))}
      </div>
      {command && (
        <>
          <h3>To make this again</h3>
          <Snippet what="the command" text={command} />
        </>
      )}
    </Section>
  );
}
