// Keys of the desk; everything can also be done with a mouse.
"use strict";

const steps = Array.from(document.querySelectorAll("a.step"));
const focus = (id) => {
  const field = document.getElementById(id);
  if (field) field.focus();
};

function follow(way) {
  const link = document.querySelector("a[rel=" + way + "]");
  if (link) {
    link.click();
    return;
  }
  const at = steps.indexOf(document.activeElement);
  const next = way === "next" ? at + 1 : at - 1;
  if (steps[next]) steps[next].focus();
}

// What is there of a rubric: a digit marks it, Enter gives the points.
const rubric = Array.from(document.querySelectorAll("input.rubric"));
const give = document.getElementById("give-it");

function mark(number) {
  const item = rubric[number - 1];
  if (!item) return false;
  item.click();
  return true;
}

// A page of something that still runs is looked at again.
if (document.querySelector("[data-runs]")) setTimeout(() => location.reload(), 1500);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const ticks = event.target.type === "checkbox" || event.target.type === "radio";
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && !ticks) return;
  if (/^[1-9]$/.test(event.key) && mark(Number(event.key))) event.preventDefault();
  if (event.key === "Enter" && give && event.target === document.body) give.click();
  const keys = {
    j: () => follow("next"),
    k: () => follow("prev"),
    c: () => focus("comment"),
    o: () => focus("score"),
    n: () => document.getElementById("name")?.click(),
    p: () => document.getElementById("draw")?.click(),
  };
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});
