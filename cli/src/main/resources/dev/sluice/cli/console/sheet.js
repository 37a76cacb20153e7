// One policy: what is said of it, and its drawings.

import { Charts, interval } from "./charts.js";

const $ = (id) => document.getElementById(id);

// An element with a text; whoever wrote the text, it is never markup.
export function element(tag, classes = "", content = "") {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  if (content) made.textContent = content;
  return made;
}

// Sets a text; one that is as it was is left alone, so that what a person has selected stays so.
export function text(node, content) {
  if (node.textContent !== content) node.textContent = content;
}

const DRAWN = ["weight", "odds", "hurt", "bound"];

export class Sheet {
  #charts = new Charts(...DRAWN.map($));

  show(sheet) {
    const says = sheet.explanation ?? {};
    text($("where"), says.where ? says.where + "." : "");
    text($("why"), sheet.why);
    lines("troubles", says.troubles);
    lines("needs", says.needs, need);
    lines("evidence", says.evidence);
    lines("commands", sheet.commands, (line) => element("code", "", line));
    lines("came", says.came?.toReversed());
    this.#drawings(sheet.charts);
    this.#judge(sheet.judge);
  }

  points(points) {
    this.#charts.points(points);
  }

  clear() {
    this.#charts.clear();
  }

  #drawings(charts) {
    $("charts").hidden = !charts;
    if (!charts) return;
    this.#charts.lines(charts);
    for (const name of DRAWN) {
      const says = charts[name + "Says"];
      $(name).setAttribute("role", "img");
      $(name).setAttribute("aria-label", says);
      text($(name + "-says"), says);
    }
  }

  #judge(judge) {
    $("judge-part").hidden = !judge;
    if (!judge) return;
    text($("judge-says"), judge.says);
    $("judge").replaceChildren(...played(judge), ...rate(judge));
  }
}

// The marks that say whether something is so become colours, too, and stay marks for whoever sees none.
function need(line) {
  return element("span", line.startsWith("✓") ? "met" : "unmet", line);
}

function lines(id, all = [], node = (line) => document.createTextNode(line)) {
  $(id + "-part").hidden = all.length === 0;
  const before = [...$(id).children].map((item) => item.textContent);
  if (before.length === all.length && before.every((line, i) => line === all[i])) return;
  $(id).replaceChildren(...all.map((line) => {
    const item = element("li");
    item.append(node(line));
    return item;
  }));
}

// Placebo releases played of those that it takes.
function played({ played, needed }) {
  const label = element("p", "label", `${played} of ${needed} placebo releases played`);
  const bar = element("progress");
  bar.max = Math.max(1, needed);
  bar.value = played;
  bar.setAttribute("aria-label", label.textContent);
  return [label, bar];
}

// The measured rate with its bound, beside what is promised.
function rate(judge) {
  const percent = (share) => `${Number((100 * share).toPrecision(2))} %`;
  const since = judge.since ? ` since ${new Date(judge.since).toLocaleString("en-GB")}` : "";
  const measured = judge.played
    ? `${percent(judge.measured)} measured${since}, ${percent(judge.atMost)} at most with 95 % confidence`
    : "none measured yet";
  const says = `False alarms: ${measured}; ${percent(judge.promised)} promised (solid line); under ` +
    `${percent(judge.arms)} (dashed) it is armed.`;
  return [element("p", "label", says), interval(judge, says)];
}
