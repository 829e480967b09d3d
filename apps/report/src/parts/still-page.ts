import { armStyleHash, pageScript, scriptHash, styleHash } from "../inlined.ts";
import { armStyleSheet, styleSheet } from "../style-sheet.ts";

/**
 * Styles, script and security policy of a page that nothing updates. Nothing may load but one style sheet, this script
 * and the inline icon.
 */
export function stillPage(hasNames: boolean) {
  const [styles, hash] = hasNames ? [armStyleSheet, armStyleHash] : [styleSheet, styleHash];
  const policy =
    `default-src 'none'; style-src 'sha256-${hash}'; script-src 'sha256-${scriptHash}'; ` +
    "img-src data:; base-uri 'none'; form-action 'none'";
  return { policy, styles, script: pageScript };
}
