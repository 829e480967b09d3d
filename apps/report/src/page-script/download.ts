import { button, headsOf, numbersOf, textOf } from "./controls.ts";

/** Inherited properties from the style sheet, copied into a file where they differ from the parent's. */
const INHERITED = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "paint-order",
  "font-family",
  "font-size",
  "font-weight",
];
const GAP = 24;
const HEADING = 44;

/** Charts side by side in a standalone SVG file, in light colours, under their name. */
function svgOf(charts: readonly SVGSVGElement[], name: string): string {
  const columns = charts.length % 4 === 0 ? 4 : Math.min(3, charts.length);
  const [first] = charts;
  const { width, height } = first!.viewBox.baseVal;
  const lines = Math.ceil(charts.length / columns);
  const [wide, tall] = [columns * (width + GAP) + GAP, HEADING + lines * (height + GAP)];
  const clones = charts.map((chart, index) => {
    const clone = inlined(chart);
    clone.setAttribute("x", String(GAP + (index % columns) * (width + GAP)));
    clone.setAttribute("y", String(HEADING + Math.floor(index / columns) * (height + GAP)));
    clone.setAttribute("overflow", "visible");
    return new XMLSerializer().serializeToString(clone);
  });
  const heading = document.createElement("text");
  heading.textContent = name;
  const family = getComputedStyle(document.body).fontFamily.replaceAll('"', "'");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${wide} ${tall}" width="${wide}" height="${tall}" font-family="${family}"><rect width="100%" height="100%" fill="#fff"/><text x="${GAP}" y="28" font-size="17" font-weight="650" fill="#1a1d21">${heading.innerHTML}</text>${clones.join("")}</svg>\n`;
}

/** Copy with colours and type as attributes, and tooltips as titles. */
function inlined(chart: SVGSVGElement): SVGSVGElement {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  chart.classList.add("light");
  const from = [chart, ...chart.querySelectorAll("*")];
  const to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((element, index) => {
    const style = getComputedStyle(element);
    const above = element === chart ? undefined : getComputedStyle(element.parentElement!);
    const target = to[index]!;
    for (const name of INHERITED) {
      const value = style.getPropertyValue(name);
      if (value !== above?.getPropertyValue(name)) target.setAttribute(name, value.replaceAll('"', "'"));
    }
    if (style.opacity !== "1") target.setAttribute("opacity", style.opacity);
    const tip = target.getAttribute("data-tip");
    if (tip === null) return;
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = tip;
    target.prepend(title);
    target.removeAttribute("data-tip");
  });
  chart.classList.remove("light");
  copy.removeAttribute("tabindex");
  return copy;
}

/** Adds buttons that save charts in `root` as SVG and tables as CSV. */
export function addDownloads(root: ParentNode = document): void {
  for (const figure of root.querySelectorAll("figure")) {
    const charts = [...figure.querySelectorAll<SVGSVGElement>("svg.chart")];
    if (charts.length === 0) continue;
    const name = [headingOf(figure), captionOf(figure)].filter(Boolean).join(": ");
    toolsOf(figure).append(
      button("SVG", `Save SVG of ${name}`, () => save(figure, "svg", "image/svg+xml", svgOf(charts, name))),
    );
  }
  for (const table of root.querySelectorAll("table")) {
    const name = textOf(table.caption);
    const place = table.closest("figure") ?? table.closest(".scroll")!;
    toolsOf(place).append(
      button("CSV", `Save CSV of ${name}`, () => save(place, "csv", "text/csv", csvOf(table))),
    );
  }
}

function headingOf(figure: Element): string {
  return textOf(figure.closest("section[id]")?.querySelector("h2"));
}

function captionOf(figure: Element): string {
  return figure.querySelector("figcaption")?.firstChild?.textContent ?? "";
}

/** Place for buttons: beside the fold with a chart's table, or below another table. */
function toolsOf(place: Element): Element {
  const found = place.querySelector(".tools");
  if (found) return found;
  const tools = document.createElement("div");
  tools.className = "tools";
  if (place.matches("figure")) place.querySelector(":scope > details")!.before(tools);
  else place.after(tools);
  return tools;
}

/** CSV of a table: a cell's numbers in a column each, unrounded, and the words in another. */
function csvOf(table: HTMLTableElement): string {
  const rows = [...table.rows].slice(1);
  const columns = headsOf(table).map((head, index) => {
    const cells = rows.map((row) => row.cells[index]);
    const numbers = cells.map(numbersOf);
    const most = Math.max(...numbers.map(({ length }) => length));
    const name = textOf(head);
    const unit = head.dataset.unit ?? "";
    const ending = name.endsWith(unit) ? "" : `, ${unit}`;
    const ends = [`${name} low${ending}`, `${name} high${ending}`];
    const heads = most === 2 ? ends : [`${name}${ending}`, ...ends].slice(0, Math.max(1, most));
    const notes = cells.map((cell, at) =>
      numbers[at]!.length === 1 ? (cell?.querySelector(".under")?.textContent ?? "") : "",
    );
    const values = cells.map((cell, at) =>
      numbers[at]!.length > 0 ? numbers[at]!.map(String) : [csvText(textOf(cell))],
    );
    const lines = [heads.map(csvText), ...values.map((one) => heads.map((_, part) => one[part] ?? ""))];
    if (!notes.some(Boolean)) return lines;
    return lines.map((line, at) => [...line, csvText(at === 0 ? `${name} note` : notes[at - 1]!)]);
  });
  return [...rows, null]
    .map((_, line) => `${columns.flatMap((column) => column[line]!).join(",")}\r\n`)
    .join("");
}

/** Escapes by RFC 4180, and against spreadsheet formulas. */
function csvText(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Saves a file named after the sweep, the section and, among several, the chart. */
function save(of: Element, ending: string, type: string, text: string): void {
  const link = document.createElement("a");
  const names = [document.title.split(":")[0], of.closest("section[id]")?.id, captionOf(of)];
  const name = names.filter(Boolean).join("-").toLowerCase();
  link.download = `${name.replace(/[^\p{L}\p{N}]+/gu, "-")}.${ending}`;
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
