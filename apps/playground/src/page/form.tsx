import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Saved, TimeEstimate } from "../protocol.ts";
import { checkFields, columnFields, hints, labels, optionalFields } from "../settings.ts";
import { CheckBox, Choice, FilePick, FolderPick, TextInput, useGpu } from "./fields.tsx";
import {
  type CheckField,
  type FieldProblem,
  type FormValues,
  firstValues,
  readForm,
  savedValues,
  type TextField,
  withModel,
} from "./form-values.ts";
import type { Session } from "./session.ts";

/** Time estimate in sentences, with what it is based on. */
export function timeInWords({ low, high, isMeasured, isMost }: TimeEstimate): string {
  const time = isMost
    ? `At most about ${rangeInWords(high, high)} here`
    : `About ${rangeInWords(low, high)} here`;
  return isMeasured
    ? `${time}, as the runs before took.`
    : `${time}: a guess from this processor's speed, and longer beside other work. Once the first run trains, it is measured.`;
}

const units = [
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Time range in the largest unit in which the higher end is at least two: `2 to 5 minutes`. From 20 on in fives. */
function rangeInWords(low: number, high: number): string {
  const [unit, size] = units.find(([, seconds]) => high >= 2 * seconds) ?? units[2];
  const rounded = (seconds: number): number => {
    const amount = seconds / size;
    const step = unit === "second" ? 10 : amount < 20 ? 1 : 5;
    return Math.max(step, step * Math.round(amount / step));
  };
  const [from, to] = [rounded(low), rounded(high)];
  return `${from === to ? "" : `${from} to `}${to} ${unit}${to === 1 ? "" : "s"}`;
}

export function Form(props: {
  readonly saved: Saved | undefined;
  /** Initial contents of the form. (default: the saved comparison's) */
  readonly values?: FormValues | undefined;
  readonly columns: readonly string[] | undefined;
  readonly estimate: TimeEstimate | undefined;
  readonly session: Session;
}) {
  const { saved, columns = [], estimate, session } = props;
  const [values, setValues] = useState<FormValues>(
    props.values ?? (saved ? savedValues(saved) : firstValues),
  );
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const summary = useRef<HTMLDivElement>(null);
  const hasGpu = useGpu();
  useEffect(() => summary.current?.focus(), [problems]);
  const read = readForm(values, saved);
  useEffect(() => {
    if ("problems" in read) return;
    const { settings, model, data } = read;
    session.estimate({ settings, model, hasFile: data.kind !== "e-mails" });
  }, [values, saved]);
  const set = (change: Partial<FormValues>): void => setValues((old) => ({ ...old, ...change }));
  const field = (name: TextField) => (
    <TextInput
      name={name}
      value={values.text[name]}
      hint={hints[name]}
      isWrong={problems.some((problem) => problem.field === name)}
      onInput={(value) => setValues((old) => ({ ...old, text: { ...old.text, [name]: value } }))}
    />
  );
  const box = (name: CheckField) => (
    <CheckBox
      name={name}
      checked={values.checked[name]}
      onChange={(checked) => setValues((old) => ({ ...old, checked: { ...old.checked, [name]: checked } }))}
    />
  );
  const start = (event: Event): void => {
    event.preventDefault();
    setProblems("problems" in read ? read.problems : []);
    if ("settings" in read) session.start(read.settings, read.data, read.model, values);
  };
  return (
    <form onSubmit={start} noValidate>
      <Part title="Data">
        <Choice
          name="data"
          value={values.dataKind}
          onChange={(dataKind) => set({ dataKind })}
          options={[
            ["e-mails", "Take the e-mails", "5,861 mails of 2002, ham or spam"],
            [
              "file",
              "A file of yours",
              "CSV, TSV, JSONL or Parquet: a text and its label, or a prompt and a response",
            ],
            ...(saved?.dataName === undefined
              ? []
              : [["kept", saved.dataName, "as it was when you chose it; kept in this browser"] as const]),
          ]}
        />
        <FilePick
          file={values.file}
          onPick={(file) => {
            set({ file, dataKind: "file" });
            session.readColumns(file);
          }}
        />
        {columns.length > 0 && <p class="fine">Its columns: {columns.join(", ")}.</p>}
        <datalist id="columns">
          {columns.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <details>
          <summary>How a file is read</summary>
          <div class="fields">
            {columnFields.map(field)}
            {checkFields.map(box)}
          </div>
        </details>
      </Part>
      <Part title="Model">
        <Choice
          name="model"
          value={values.modelKind}
          onChange={(kind) => setValues((old) => withModel(old, kind))}
          options={[
            ["starter", "The starter", "a small language model that comes with this page, 10 MB"],
            [
              "folder",
              "A checkpoint of yours",
              "a folder with config.json, tokenizer.json and model.safetensors",
            ],
            ["hub", "From the hub", "loads the files into this browser once"],
            ...(saved?.modelName === undefined
              ? []
              : [["kept", saved.modelName, "kept in this browser"] as const]),
          ]}
        />
        {values.modelKind === "folder" && (
          <FolderPick folder={values.folder} onPick={(folder) => set({ folder })} />
        )}
        {values.modelKind === "hub" && (
          <label class="field wide">
            Hub id
            <input
              type="text"
              value={values.hubId}
              placeholder="HuggingFaceTB/SmolLM2-135M"
              onInput={({ currentTarget }) => set({ hubId: currentTarget.value })}
            />
          </label>
        )}
      </Part>
      <Part title="Comparison">
        <div class="fields">
          {field("ranks")}
          {field("seeds")}
          {field("trainExamples")}
          {field("validationExamples")}
        </div>
        <details>
          <summary>More settings</summary>
          <div class="fields">
            {field("epochs")}
            {field("batchSize")}
            {field("maxLength")}
            {field("learningRate")}
            {optionalFields.map(field)}
            {hasGpu && (
              <label class="field">
                {labels.device}
                <select
                  value={values.device}
                  onChange={({ currentTarget }) =>
                    set({ device: currentTarget.value as FormValues["device"] })
                  }
                >
                  <option value="wasm">WebAssembly</option>
                  <option value="webgpu">GPU (WebGPU) if it is faster</option>
                </select>
                <small>
                  A GPU is timed first, and loads 27 MB once. WebAssembly gives the same bytes on every
                  machine with as many threads.
                </small>
              </label>
            )}
          </div>
        </details>
      </Part>
      {problems.length > 0 && (
        <div class="failure" role="alert" tabIndex={-1} ref={summary}>
          {problems.map(({ text }) => (
            <p key={text}>{text}.</p>
          ))}
        </div>
      )}
      <div class="actions">
        <button type="submit" class="main">
          Start
        </button>
        {saved !== undefined && (
          <button type="button" onClick={() => session.forget()}>
            Forget what is kept here
          </button>
        )}
      </div>
      {/* Below the buttons, which stay where they are when it comes. */}
      {"settings" in read && estimate !== undefined && <p class="fine">{timeInWords(estimate)}</p>}
    </form>
  );
}

function Part(props: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <fieldset>
      <legend>{props.title}</legend>
      {props.children}
    </fieldset>
  );
}
