// Sorts, filters and searches the table of students. The page is whole without it.
"use strict";

const table = document.getElementById("table");
const body = table.tBodies[0];
const heads = Array.from(table.tHead.rows[0].cells);
const form = document.getElementById("filter");
const search = document.getElementById("search");
const show = document.getElementById("show");
const count = document.getElementById("count");
const rows = Array.from(body.rows);
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const names = rows.map((row) => plain(row.cells[0].textContent));
const collator = new Intl.Collator(undefined, { numeric: true });

// What is shown stands behind the "#", so that it can be sent as a link.
function state() {
  const told = new URLSearchParams(location.hash.slice(1));
  return {
    query: told.get("q") || "",
    show: told.get("show") || "all",
    sort: Number(told.get("sort") || -1),
    down: told.get("down") === "1",
  };
}

function go(change, replace) {
  const now = { ...state(), ...change };
  const told = new URLSearchParams();
  if (now.query) told.set("q", now.query);
  if (now.show !== "all") told.set("show", now.show);
  if (now.sort >= 0) told.set("sort", String(now.sort));
  if (now.down) told.set("down", "1");
  const hash = "#" + (told.toString() || "students");
  if (replace) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
  draw();
}

function kept(row, index, now) {
  const flags = row.cells[row.cells.length - 1].textContent;
  if (!names[index].includes(plain(now.query))) return false;
  if (now.show === "all") return true;
  if (now.show === "full") return row.hasAttribute("data-full");
  if (now.show === "look") return flags !== "";
  return flags.split(", ").includes(now.show);
}

function order(now) {
  if (!heads[now.sort]) return rows;
  const numeric = heads[now.sort].dataset.sort === "number";
  const value = (row) => {
    const text = row.cells[now.sort].textContent;
    return numeric ? (text === "–" ? -1 : parseFloat(text)) : text;
  };
  const sign = now.down ? -1 : 1;
  const compare = numeric ? (a, b) => a - b : collator.compare;
  return rows.slice().sort((a, b) => sign * compare(value(a), value(b)));
}

function draw() {
  const now = state();
  search.value = now.query;
  show.value = now.show;
  if (show.selectedIndex < 0) show.value = "all";
  let visible = 0;
  rows.forEach((row, index) => {
    row.hidden = !kept(row, index, now);
    visible += row.hidden ? 0 : 1;
  });
  body.append(...order(now));
  heads.forEach((head, index) => {
    if (index === now.sort) head.setAttribute("aria-sort", now.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
  count.textContent = visible + " of " + rows.length + " students";
}

heads.forEach((head, index) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = head.textContent;
  button.addEventListener("click", () => {
    const now = state();
    const numeric = head.dataset.sort === "number";
    go({ sort: index, down: now.sort === index ? !now.down : numeric });
  });
  head.replaceChildren(button);
});
search.addEventListener("input", () => go({ query: search.value }, true));
show.addEventListener("change", () => go({ show: show.value }));
form.addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("popstate", draw);
window.addEventListener("hashchange", draw);
form.hidden = false;
draw();
