/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { Section } from "../parts/section.tsx";

/** The recommended rank as a training tool's config has it. */
export interface ToolConfig {
  /** The tool, as people call it. */
  readonly tool: string;
  /** Lines to be pasted. */
  readonly text: string;
}

/** What to paste into the tool that one trains with. Folded: a reader wants one of them. */
export function UseIt(props: { readonly configs: readonly ToolConfig[] }) {
  const { configs } = props;
  if (configs.length === 0) return null;
  return (
    <Section
      id="use-it"
      title="Use it"
      lead="The recommended rank in the words of the tool that you train with. A click into the text selects all of it."
    >
      {configs.map(({ tool, text }) => (
        <details key={tool}>
          <summary>{tool}</summary>
          <pre>
            <code>{text}</code>
          </pre>
        </details>
      ))}
    </Section>
  );
}
