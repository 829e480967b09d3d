import { useEffect, useState } from "preact/hooks";
import type { NamedFile } from "../protocol.ts";
import { hints, labels } from "../settings.ts";
import type { CheckField, TextField } from "./form-values.ts";

export function TextInput(props: {
  readonly name: TextField;
  readonly value: string;
  readonly hint: string;
  readonly isWrong: boolean;
  readonly onInput: (value: string) => void;
}) {
  const { name, value, hint, isWrong, onInput } = props;
  const isText = name === "ranks" || name.endsWith("Column");
  return (
    <div class="field">
      <label for={name}>{labels[name]}</label>
      <input
        id={name}
        type="text"
        inputMode={isText ? "text" : "decimal"}
        list={name.endsWith("Column") ? "columns" : undefined}
        value={value}
        aria-describedby={`${name}-hint`}
        aria-invalid={isWrong}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
      <small id={`${name}-hint`}>{hint}</small>
    </div>
  );
}

export function CheckBox(props: {
  readonly name: CheckField;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  const { name, checked, onChange } = props;
  return (
    <label class="choice">
      <input
        type="checkbox"
        checked={checked}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <span>
        {labels[name]} <small>{hints[name]}</small>
      </span>
    </label>
  );
}

export function Choice<Kind extends string>(props: {
  readonly name: string;
  readonly value: Kind;
  readonly options: readonly (readonly [kind: Kind, title: string, more: string])[];
  readonly onChange: (kind: Kind) => void;
}) {
  const { name, value, options, onChange } = props;
  return (
    <div class="choices">
      {options.map(([kind, title, more]) => (
        <label key={kind} class="choice">
          <input
            type="radio"
            name={name}
            value={kind}
            checked={kind === value}
            onChange={() => onChange(kind)}
          />
          <span>
            {title} <small>{more}</small>
          </span>
        </label>
      ))}
    </div>
  );
}

function Drop(props: {
  readonly label: string;
  readonly chosen: string | undefined;
  readonly children: preact.ComponentChildren;
  readonly onDrop: (transfer: DataTransfer) => void;
}) {
  const [isOver, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a second way to what the control inside does by keyboard
    <div
      class={isOver ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (event.dataTransfer) props.onDrop(event.dataTransfer);
      }}
    >
      <span>{props.label}</span> {props.children}
      {props.chosen !== undefined && <strong>{props.chosen}</strong>}
    </div>
  );
}

export function FilePick(props: { readonly file: File | undefined; readonly onPick: (file: File) => void }) {
  const take = (file: File | null | undefined): void => {
    if (file) props.onPick(file);
  };
  return (
    <Drop label="Drop a file here, or" chosen={props.file?.name} onDrop={({ files }) => take(files[0])}>
      <label class="pick">
        choose one
        <input
          type="file"
          accept=".csv,.tsv,.txt,.json,.jsonl,.ndjson,.parquet"
          onChange={({ currentTarget }) => take(currentTarget.files?.[0])}
        />
      </label>
    </Drop>
  );
}

type DirectoryPicker = { showDirectoryPicker?: () => Promise<FileSystemDirectoryHandle> };

export function FolderPick(props: {
  readonly folder: Folder | undefined;
  readonly onPick: (folder: Folder) => void;
}) {
  const { folder, onPick } = props;
  const { showDirectoryPicker } = window as DirectoryPicker;
  const pick = async (): Promise<void> => {
    const handle = await showDirectoryPicker!().catch(() => undefined); // the user picked nothing
    if (handle) onPick(await folderOfHandle(handle));
  };
  return (
    <Drop
      label="Drop a folder here, or"
      chosen={folder && `${folder.name}, ${folder.files.length} files`}
      onDrop={(transfer) => void folderOfDrop(transfer).then(onPick)}
    >
      {showDirectoryPicker ? (
        <button type="button" onClick={() => void pick()}>
          choose one
        </button>
      ) : (
        <label class="pick">
          choose one
          <input
            type="file"
            multiple
            {...{ webkitdirectory: true }}
            onChange={({ currentTarget }) => currentTarget.files && onPick(folderOfList(currentTarget.files))}
          />
        </label>
      )}
    </Drop>
  );
}

interface Folder {
  readonly name: string;
  readonly files: readonly NamedFile[];
}

/** Files in a picked folder, without subfolders. */
async function folderOfHandle(handle: FileSystemDirectoryHandle): Promise<Folder> {
  const files: NamedFile[] = [];
  for await (const [name, entry] of handle.entries())
    if (entry instanceof FileSystemFileHandle) files.push({ name, file: await entry.getFile() });
  return { name: handle.name, files };
}

/** Files from `<input webkitdirectory>`, or chosen together, as a folder. */
function folderOfList(list: Iterable<File>): Folder {
  const all = [...list];
  const [first] = all;
  const name = first?.webkitRelativePath.split("/")[0] || first?.name || "model";
  const files = all
    .filter(({ webkitRelativePath }) => webkitRelativePath.split("/").length <= 2)
    .map((file) => ({ name: file.name, file }));
  return { name, files };
}

/** Dropped folder, or dropped files. */
async function folderOfDrop(transfer: DataTransfer): Promise<Folder> {
  const entry = [...transfer.items].map((item) => item.webkitGetAsEntry()).find((one) => one?.isDirectory);
  if (!entry) return folderOfList(transfer.files);
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: NamedFile[] = [];
  // A reader returns a hundred entries at a time, and nothing at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return { name: entry.name, files };
    for (const one of some)
      if (one.isFile) files.push({ name: one.name, file: await fileOf(one as FileSystemFileEntry) });
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** True if the browser reaches a GPU, not a software driver that computes on the CPU. */
export function useGpu(): boolean {
  const [has, setHas] = useState(false);
  useEffect(() => {
    const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<GpuAdapter | null> } };
    gpu?.requestAdapter().then(
      (adapter) => setHas(adapter !== null && adapter.info?.isFallbackAdapter !== true),
      () => {},
    );
  }, []);
  return has;
}

interface GpuAdapter {
  readonly info?: { readonly isFallbackAdapter?: boolean };
}
