/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { NamedRank, ShownCompared } from "../compared.ts";
import { Section, Snippet } from "../parts/section.tsx";

/** Training tool's config with the rank to use, to copy. */
export interface ToolConfig {
  /** Training tool's common name. */
  readonly tool: string;
  readonly text: string;
}

export interface AdapterFolder extends NamedRank {
  readonly seed: number;
  /** Adapter folder in PEFT's format. */
  readonly folder: string;
  /** Sentence on serving the adapter. Left out when absent. */
  readonly note?: string;
}

/** Configs for training tools, folded since a reader needs only one, and the adapter. */
export function UseIt(props: {
  readonly configs: readonly ToolConfig[];
  readonly adapter: AdapterFolder | undefined;
  readonly compared: ShownCompared;
}) {
  const { configs, adapter, compared } = props;
  const { isNamed, name } = compared;
  return (
    <Section
      id="use-it"
      title="Use it"
      lead={
        configs.length > 0 &&
        `The ${isNamed ? "arm's settings" : "rank"} in the words of the tool that you train with. A click into the text selects all of it.`
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
            Or take the adapter that this sweep trained {isNamed ? "as" : "at"} {name(adapter.rank)} with seed{" "}
            {adapter.seed}:
          </p>
          <Snippet what="the adapter's folder" text={adapter.folder} />
          {adapter.note && <p class="lead">{adapter.note}</p>}
        </>
      )}
    </Section>
  );
}
