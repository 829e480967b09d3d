/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { Section, Snippet } from "../parts/section.tsx";

/** The rank to use as a training tool's config has it. */
export interface ToolConfig {
  /** The tool, as people call it. */
  readonly tool: string;
  /** Lines to be pasted. */
  readonly text: string;
}

/** An adapter that the sweep handed out. */
export interface AdapterFolder {
  readonly rank: number;
  /** Seed of the run that trained it. */
  readonly seed: number;
  /** A PEFT folder. */
  readonly folder: string;
  /** A sentence on serving it. Left out when absent. */
  readonly note?: string;
}

/** Configs to paste into training tools, folded since a reader needs one of them, and the adapter itself. */
export function UseIt(props: {
  readonly configs: readonly ToolConfig[];
  /** The adapter of the rank to use. */
  readonly adapter: AdapterFolder | undefined;
}) {
  const { configs, adapter } = props;
  return (
    <Section
      id="use-it"
      title="Use it"
      lead={
        configs.length > 0 &&
        "The rank in the words of the tool that you train with. A click into the text selects all of it."
      }
    >
      {configs.length > 0 && (
        <div class="configs">
          {configs.map(({ tool, text }) => (
            <details key={tool}>
              <summary>{tool}</summary>
              <Snippet what={`the ${tool} config`} text={text} />
            </details>
          ))}
        </div>
      )}
      {adapter && (
        <>
          <p class="lead">
            Or take the adapter that this sweep trained at rank {adapter.rank} with seed {adapter.seed}:
          </p>
          <Snippet what="the adapter's folder" text={adapter.folder} />
          {adapter.note && <p class="lead">{adapter.note}</p>}
        </>
      )}
    </Section>
  );
}
