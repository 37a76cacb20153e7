// The drawings. uPlot draws what changes over time; the one interval is a small SVG.

import uPlot from "./uPlot.esm.js";

const HEIGHT = 190;
// Odds below one say nothing against a release: how far below is of no interest, and would press the rest together.
const LEAST_ODDS = 0.1;
// Percent of the requests: less than one in a hundred thousand is as good as none.
const LEAST_BOUND = 0.001;

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class Charts {
  #nodes;
  #points = [];
  #lines = { limit: 100, budget: 0 };
  #plots = [];

  // nodes: where the drawings of weight, odds, hurt and bound go, in this order.
  constructor(...nodes) {
    this.#nodes = nodes;
    new ResizeObserver(() => this.#resize()).observe(nodes[0]);
    // A canvas does not follow the style sheet: in other colours it is drawn anew.
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#make());
  }

  points({ anew, points }) {
    const read = points.map((p) => ({ ...p, at: Date.parse(p.at) / 1000 }));
    // No bound here: of a long course the server tells all points anew, thinned.
    this.#points = anew ? read : this.#points.concat(read);
    this.#draw();
  }

  lines({ limit, budget }) {
    const same = limit === this.#lines.limit && budget === this.#lines.budget;
    this.#lines = { limit, budget };
    if (!same) this.#draw();
  }

  clear() {
    this.#points = [];
    this.#draw();
  }

  #draw() {
    if (this.#points.length === 0) {
      this.#destroy();
      return;
    }
    if (this.#plots.length === 0) {
      this.#make();
    } else {
      this.#data().forEach((data, i) => this.#plots[i].setData(data));
    }
  }

  #data() {
    const at = this.#points.map((p) => p.at);
    const line = (value) => at.map(() => value);
    return [
      [at, this.#points.map((p) => p.weight)],
      [at, this.#points.map((p) => Math.max(LEAST_ODDS, p.odds)), line(this.#lines.limit)],
      [at, this.#points.map((p) => p.hurt), line(this.#lines.budget > 0 ? this.#lines.budget : null)],
      [at, this.#points.map((p) => (p.bound === undefined ? null : Math.max(LEAST_BOUND, p.bound)))],
    ];
  }

  #destroy() {
    this.#plots.forEach((plot) => plot.destroy());
    this.#plots = [];
  }

  #make() {
    this.#destroy();
    if (this.#points.length === 0) return;
    const charts = [this.#weightChart(), this.#oddsChart(), this.#hurtChart(), this.#boundChart()];
    this.#plots = this.#data().map((data, i) => new uPlot(charts[i], data, this.#nodes[i]));
  }

  #resize() {
    const width = this.#nodes[0].clientWidth;
    if (width > 0) this.#plots.forEach((plot) => plot.setSize({ width, height: HEIGHT }));
  }

  #weightChart() {
    return this.#chart("--weight", { y: { range: [0, 100] } }, (v) => v + " %", {
      paths: uPlot.paths.stepped({ align: 1 }), fill: css("--weight-fill"),
    });
  }

  #oddsChart() {
    const range = (_, least, most) => [
      LEAST_ODDS, 10 ** Math.ceil(Math.log10(Math.max(most ?? 1, this.#lines.limit) * 2)),
    ];
    const chart = this.#chart("--odds", { y: { distr: 3, range } }, short, { fill: css("--odds-fill"), fillTo: LEAST_ODDS });
    chart.series.push(limit("limit", css("--limit")));
    return byPowersOfTen(chart);
  }

  #hurtChart() {
    const range = (_, least, most) => [0, Math.max(1, this.#lines.budget, most ?? 1) * 1.1];
    const chart = this.#chart("--hurt", { y: { range } }, short, { fill: css("--hurt-fill") });
    chart.series.push(limit("may cost", css("--limit")));
    return chart;
  }

  #boundChart() {
    const chart = this.#chart("--bound", { y: { distr: 3, range: [LEAST_BOUND, 100] } }, (v) => v + " %", {
      fill: css("--bound-fill"), fillTo: LEAST_BOUND,
    });
    return byPowersOfTen(chart);
  }

  #chart(colour, scales, said, series) {
    const axis = {
      stroke: css("--faint"), font: "12px system-ui, sans-serif",
    };
    const lines = () => ({ ticks: { stroke: css("--line"), size: 4 }, grid: { stroke: css("--line"), width: 1 } });
    return {
      width: this.#nodes[0].clientWidth || 320,
      height: HEIGHT,
      // One that has just begun has a single moment: a minute around it is shown.
      scales: { x: { time: true, range: (_, from, to) => (to - from < 10 ? [from - 1, from + 10] : [from, to]) }, ...scales },
      series: [{}, { stroke: css(colour), width: 2, points: { show: false }, spanGaps: true, ...series }],
      axes: [{ ...axis, ...lines(), space: 80, size: 30, values: (_, all) => all.map(clock) }, { ...axis, ...lines(), size: 60, values: (_, all) => all.map((v) => (v === null ? "" : said(v))) }],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 7 } },
      padding: [8, 8, 0, 0],
    };
  }
}

const limit = (label, stroke) => ({ label, stroke, width: 2, dash: [6, 4], points: { show: false } });

// A time of day, of seconds since the epoch.
export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB");
}

// The lines between the powers of ten have no words: they would lie over each other.
function byPowersOfTen(chart) {
  const filter = (_, splits) => splits.map((v) => (isPowerOfTen(v) ? v : null));
  const axis = chart.axes[1];
  axis.filter = axis.grid.filter = axis.ticks.filter = filter;
  return chart;
}

const isPowerOfTen = (value) => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;

function short(value) {
  if (value >= 1e6) return value.toExponential(0).replace("e+", "e");
  return value >= 1000 ? value / 1000 + "k" : String(value);
}

const SVG = "http://www.w3.org/2000/svg";

// From none to the bound of the measured rate, with what is promised as a line. The scale is logarithmic, for rates
// from one in a thousand to all; its left end stands for none.
export function interval({ played, measured, atMost, promised, arms, armed }, says) {
  const [width, height] = [320, 46];
  const x = (share) => 8 + (width - 16) * Math.min(1, Math.max(0, 1 + Math.log10(Math.max(share, 1e-4)) / 4));
  const svg = node("svg", { viewBox: `0 0 ${width} ${height}`, class: "interval", role: "img", "aria-label": says });
  svg.append(node("line", { class: "axis", x1: 8, x2: width - 8, y1: 30, y2: 30 }));
  for (const [share, label] of [[1e-4, "0"], [1e-3, "0.1 %"], [1e-2, "1 %"], [1e-1, "10 %"], [1, "100 %"]]) {
    svg.append(node("line", { class: "axis", x1: x(share), x2: x(share), y1: 30, y2: 33 }));
    const anchor = share === 1 ? "end" : share === 1e-4 ? "start" : "middle";
    svg.append(node("text", { x: x(share), y: 43, "text-anchor": anchor }, label));
  }
  if (played > 0) {
    svg.append(node("line", { class: armed ? "bound good" : "bound", x1: x(measured), x2: x(atMost), y1: 18, y2: 18 }));
    svg.append(node("line", { class: armed ? "bound good" : "bound", x1: x(atMost), x2: x(atMost), y1: 12, y2: 24 }));
    svg.append(node("circle", { class: armed ? "measured good" : "measured", cx: x(measured), cy: 18, r: 4 }));
  }
  svg.append(node("line", { class: "promised", x1: x(promised), x2: x(promised), y1: 4, y2: 30 }));
  svg.append(node("line", { class: "arms", x1: x(arms), x2: x(arms), y1: 4, y2: 30 }));
  return svg;
}

function node(name, attributes, content = "") {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.textContent = content;
  return made;
}
