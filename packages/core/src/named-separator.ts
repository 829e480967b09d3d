/** The character that Excel's first line `sep=;` names as what stands between cells; undefined for another line. */
export function namedSeparator(line: string): string | undefined {
  return /^"?sep=(.)"?$/i.exec(line)?.[1];
}
