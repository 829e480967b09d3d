/** The cell separator that Excel's first line `sep=;` names; undefined for another line. */
export function namedSeparator(line: string): string | undefined {
  return /^"?sep=(.)"?$/i.exec(line)?.[1];
}
