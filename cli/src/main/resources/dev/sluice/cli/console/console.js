// The page: which policies there are, which one is looked at, and whether what is shown is fresh.
// All text comes from objects that anybody may have written: it becomes text, never markup.

import { clock } from "./charts.js";
import { Sheet, element, text } from "./sheet.js";
import { Stream } from "./stream.js";

const $ = (id) => document.getElementById(id);
const list = $("policies");
const sheet = new Sheet();

let board = { policies: [] };
// Whether a person has gone to a policy that is not shown yet.
let enters = false;
let selected = asked();

const stream = new Stream({ looked, board: showBoard, sheet: showSheet, points: (p) => sheet.points(p) }, lost);

// The policy that the page's address names. Anybody may have written it: what cannot be read names none.
function asked() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

function looked({ at, trouble }) {
  document.body.classList.toggle("stale", Boolean(trouble));
  const time = clock(Date.parse(at) / 1000);
  text($("state"), trouble ? `Shown as it was at ${time}.` : `Live, ${time}`);
  // An alert that says the same again would be read aloud each second.
  if ($("trouble").textContent !== (trouble ?? "")) text($("trouble"), trouble ?? "");
  $("trouble").hidden = !trouble;
}

function lost(seconds) {
  document.body.classList.add("stale");
  text($("state"), `Connection lost, trying again in ${Math.ceil(seconds)} s.`);
}

function showBoard(next) {
  board = next;
  text($("place"), board.place);
  text($("todo"), board.todo ?? "");
  $("todo").hidden = !board.todo;
  text($("left-out"), `${board.leftOut} more are not shown.`);
  $("left-out").hidden = !board.leftOut;
  if (board.policies.length && !board.policies.some((p) => p.id === selected)) {
    // One that runs is what people come for.
    select((board.policies.find((p) => p.running) ?? board.policies[0]).id);
  } else if (!board.policies.length) {
    $("policy").hidden = true;
  }
  drawList();
  head();
}

// The list is drawn anew and not mended: it is short, and what has the focus is the list itself, not a part of it.
function drawList() {
  list.replaceChildren(...board.policies.map(option));
  list.setAttribute("aria-activedescendant", optionId(selected));
}

const optionId = (id) => "policy-" + id.replace("/", "--");

function option(policy) {
  const item = element("li", "policy");
  item.id = optionId(policy.id);
  item.role = "option";
  item.ariaSelected = String(policy.id === selected);
  const name = element("span", "name", policy.name);
  if (policy.namespace) name.prepend(element("span", "faint", policy.namespace + "/"));
  const line = element("span", "line");
  line.append(badge(policy));
  if (policy.running) {
    line.append(element("span", "", [policy.stage, policy.weight].filter(Boolean).join(" ")));
    if (policy.verdict) line.append(element("span", "", policy.verdict));
  }
  item.append(name, line, element("span", "why", policy.why), armed(policy));
  item.addEventListener("click", () => select(policy.id));
  return item;
}

// Whether evidence alone may abort: the words of sluice get, and around a count what is counted.
function armed({ judge }) {
  const says = {
    armed: "armed", always: "always armed, by the policy", never: "never armed, by the policy",
  }[judge] ?? (judge ? `not armed, ${judge} placebo releases` : "not known whether armed");
  return element("span", judge === "armed" ? "armed yes" : "armed", says);
}

function badge(policy) {
  const phase = policy.phase ?? (policy.release ? "In an unknown phase" : "No release yet");
  const kind = { Succeeded: "good", Aborted: "bad", Aborting: "bad" }[phase] ?? (policy.running ? "moves" : "still");
  return element("span", "badge " + kind, phase);
}

function head() {
  const policy = board.policies.find((p) => p.id === selected);
  if (!policy) return;
  const judge = armed(policy);
  judge.classList.add("badge");
  text($("title"), policy.id);
  $("badges").replaceChildren(
    badge(policy),
    ...(policy.running && policy.verdict ? [element("span", "badge still", policy.verdict)] : []),
    judge);
  document.title = `${policy.name}: ${policy.phase ?? "no release"} – Sluice`;
}

function showSheet(next) {
  if (next.id !== selected) return;
  $("policy").hidden = false;
  sheet.show(next);
  enter();
}

function select(id) {
  if (id === selected && !$("policy").hidden) return;
  selected = id;
  enters = false;
  // So that the page can be loaded again, or sent to somebody, and shows the same policy.
  history.replaceState(null, "", "#" + encodeURIComponent(id));
  $("policy").hidden = true;
  sheet.clear();
  drawList();
  head();
  $(optionId(id))?.scrollIntoView({ block: "nearest" });
  stream.open(id);
}

list.addEventListener("keydown", (event) => {
  const at = board.policies.findIndex((p) => p.id === selected);
  const last = board.policies.length - 1;
  const to = {
    ArrowDown: Math.min(last, at + 1), ArrowUp: Math.max(0, at - 1), Home: 0, End: last,
  }[event.key];
  if (to !== undefined && last >= 0) {
    event.preventDefault();
    select(board.policies[to].id);
  } else if (event.key === "Enter") {
    enters = true;
    enter();
  }
});

// To the policy; if it is not there yet, as soon as it is.
function enter() {
  if (!enters || $("policy").hidden) return;
  enters = false;
  $("policy").focus();
}

// Back to the list from wherever one has come to.
document.addEventListener("keydown", (event) => event.key === "Escape" && list.focus());

addEventListener("hashchange", () => select(asked()));

stream.open(selected);
