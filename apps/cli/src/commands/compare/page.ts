import { replaceFile } from "@lorank/checkpoint/disk";
import { type Origin, type ReportedComparison, renderComparison } from "@lorank/report/comparison";
import { type HashedInput, sourceFiles } from "../../results/source-files.ts";
import type { ReadSide } from "./side.ts";

/** Writes a comparison as one HTML file, with the files behind it. */
export function writePage(
  out: string,
  reported: Omit<ReportedComparison, "origins">,
  { read, stdin }: { readonly read: readonly [ReadSide, ReadSide]; readonly stdin: HashedInput },
): void {
  const originOf = ({ files, results }: ReadSide): Origin => ({
    data: results?.data.name,
    examplesSha256: results?.data.examplesSha256,
    files: sourceFiles(files, stdin),
  });
  const origins = [originOf(read[0]), originOf(read[1])] as const;
  replaceFile(out, renderComparison({ ...reported, origins }));
}
