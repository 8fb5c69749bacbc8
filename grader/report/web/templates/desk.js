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

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  const keys = {
    j: () => follow("next"),
    k: () => follow("prev"),
    c: () => focus("comment"),
    o: () => focus("score"),
  };
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});
