import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { launchChromium } from "../../../scripts/chromium.ts";

const ROOT_PICTURE = fileURLToPath(new URL("../../../docs/report.png", import.meta.url));

const HELP = `Takes a picture of a report.

  node --conditions=@lorank/source --import tsx scripts/screenshot.ts report.html
  node --conditions=@lorank/source --import tsx scripts/screenshot.ts report.html --dark --width 390 --out phone.png

  --out FILE    where the PNG goes (default: docs/report.png at the repository's root)
  --width PX    width of the window (default: 1200)
  --until ID    the last section in the picture: verdict, ranks, quality … (default: ranks)
  --full        the whole page instead
  --dark        the dark scheme
  --pdf         the printed page, as a PDF

The page asks for Inter and then for the system's own font; with Debian's fonts-inter the picture looks as intended.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: "string", default: ROOT_PICTURE },
    width: { type: "string", default: "1200" },
    until: { type: "string", default: "ranks" },
    full: { type: "boolean", default: false },
    dark: { type: "boolean", default: false },
    pdf: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

const [report] = positionals;
if (values.help || !report) {
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}

const browser = await launchChromium();
try {
  const tab = await browser.newPage({
    viewport: { width: Number(values.width), height: 900 },
    deviceScaleFactor: 2,
    colorScheme: values.dark ? "dark" : "light",
  });
  await tab.goto(pathToFileURL(resolve(report)).href);
  const out = resolve(values.out);
  mkdirSync(dirname(out), { recursive: true });
  if (values.pdf) await tab.pdf({ path: out, format: "A4" });
  else if (values.full) await tab.screenshot({ path: out, fullPage: true });
  else {
    const last = await tab.locator(`section#${values.until}`).boundingBox();
    if (!last) throw new Error(`the report has no section "${values.until}"`);
    const height = Math.ceil(last.y + last.height + 24);
    await tab.screenshot({
      path: out,
      fullPage: true,
      clip: { x: 0, y: 0, width: Number(values.width), height },
    });
  }
  console.log(out);
} finally {
  await browser.close();
}
