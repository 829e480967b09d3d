/** What a file needs of the page's style sheet; inherited, so that each element has only what its parent has not. */
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

/** Charts as one SVG file that looks right alone: in light colours, beside each other, the name above them. */
export function svgOf(charts: readonly SVGSVGElement[], name: string): string {
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

/** A copy that has its colours and type as attributes, and its tooltips as titles. */
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
