/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { render } from "preact-render-to-string";
import { cleanStrings } from "../clean-text.ts";
import { Section } from "../parts/section.tsx";
import type { LiveState } from "./live-state.ts";
import { cellId, type LiveParts, liveParts } from "./parts.tsx";
import { metricOf } from "./words.ts";

/**
 * The sections of a sweep that runs, its trials and the differences so far, as HTML for a page of one's own. What
 * {@link liveParts} gives later has its places in it, but for `title`, `state`, `time`, `queue` and `stop-r…`.
 */
export function renderLiveSections(dirty: LiveState): string {
  const state = cleanStrings(dirty);
  return render(<LiveSections state={state} parts={liveParts(state)} />);
}

/** The places of parts. What is in them has been rendered, and with that escaped. */
export function partOf(parts: LiveParts) {
  return (id: string) => ({ id, dangerouslySetInnerHTML: { __html: parts[id] ?? "" } });
}

export function LiveSections(props: { readonly state: LiveState; readonly parts: LiveParts }) {
  const { state } = props;
  const part = partOf(props.parts);
  const checks = state.trials.filter(({ variant }) => variant !== undefined);
  return (
    <>
      <Section id="trials" title="Trials">
        <Grid state={state} part={part} />
        <div {...part("problems")} />
        {checks.length > 0 && (
          <ul class="checks">
            {checks.map((trial) => (
              <li key={trial.name}>
                {trial.name} <span {...part(cellId(trial))} />
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section id="so-far" title="Differences so far">
        <div {...part("pairs")} />
      </Section>
    </>
  );
}

function Grid(props: { readonly state: LiveState; readonly part: ReturnType<typeof partOf> }) {
  const { ranks, seeds, trials } = props.state;
  const caption = `${metricOf(props.state).title} of the trials that are done, and how far the others are`;
  const names = new Map(
    trials.filter(({ variant }) => variant === undefined).map((one) => [`${one.rank} ${one.seed}`, one]),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section class="scroll" aria-label={caption} tabIndex={0}>
      <table class="live">
        <caption>
          <span>{caption}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col" class="words">
              Rank
            </th>
            {seeds.map((seed) => (
              <th key={seed} scope="col">
                seed {seed}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ranks.map((rank) => (
            <tr key={rank}>
              <th scope="row" class="words">
                {rank}
              </th>
              {seeds.map((seed) => {
                const trial = names.get(`${rank} ${seed}`);
                return trial ? <td key={seed} {...props.part(cellId(trial))} /> : <td key={seed} />;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
