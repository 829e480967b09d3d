/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { counted } from "@lorank/core";
import { mostRows } from "../data/selected.ts";
import { integer, minuteOf, NONE } from "../format.ts";
import type { SourceFile } from "../reported.ts";
import { DataTable, Twin } from "./data-table.tsx";

/** Table of outcome files with whole digests, by which a copy is recognised. */
export function SourceTable(props: {
  /** Files; each may name its result. */
  readonly sources: readonly (SourceFile & { readonly result?: string })[];
  /** Sentence on the place of files that are left out. */
  readonly whereAll: string;
}) {
  const { sources, whereAll } = props;
  const listed = sources.slice(0, mostRows);
  return (
    <Twin of="Files that were read">
      <DataTable
        caption="Files that were read, and the SHA-256 of their bytes"
        columns={[
          { head: "File", words: true },
          { head: "Result", words: true, optional: true },
          { head: "SHA-256", words: true },
          { head: "Last changed", words: true, optional: true },
        ]}
        rows={listed.map(({ name, result = NONE, sha256, modified }, index) => ({
          key: index,
          cells: [name, result, sha256, modified === undefined ? NONE : minuteOf(modified)],
        }))}
      />
      {listed.length < sources.length && (
        <p class="fine">
          {integer(listed.length)} of {counted(sources.length, "file")} are listed. {whereAll}
        </p>
      )}
    </Twin>
  );
}
