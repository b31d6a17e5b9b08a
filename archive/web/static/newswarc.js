// A little on top of pages that work without it: keys, hints while typing, a brush over time.
"use strict";

const field = document.getElementById("q");

// ---- keys

const KEYS = [
  ["/", "search"],
  ["j, k", "next and previous article"],
  ["Enter", "open it"],
  ["n", "next page"],
  ["Esc", "leave the search field"],
  ["?", "this list"],
];

function keyList() {
  const dialog = document.createElement("dialog");
  dialog.className = "keylist";
  dialog.setAttribute("aria-label", "Keys");
  const list = document.createElement("dl");
  for (const [key, what] of KEYS) {
    const name = document.createElement("dt");
    const kbd = document.createElement("kbd");
    kbd.textContent = key;
    name.append(kbd);
    const text = document.createElement("dd");
    text.textContent = what;
    list.append(name, text);
  }
  const close = document.createElement("button");
  close.textContent = "Close";
  close.addEventListener("click", () => dialog.close());
  dialog.append(list, close);
  document.body.append(dialog);
  return dialog;
}

function move(step) {
  const links = [...document.querySelectorAll("a.go")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
  const link = links[Math.min(Math.max(next, 0), links.length - 1)];
  link.focus();
  (link.closest("li, article") || link).scrollIntoView({ block: "nearest" });
}

function follow(selector) {
  document.querySelector(selector)?.click();
}

let dialog = null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.("input, select, textarea, dialog")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const actions = {
    "/": () => { field?.focus(); field?.select(); },
    j: () => move(1),
    k: () => move(-1),
    n: () => follow(".pager a[rel=next]"),
    "?": () => (dialog ??= keyList()).showModal(),
  };
  const action = actions[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});

// ---- hints

function hintField(input) {
  const box = document.createElement("div");
  box.className = "hints";
  box.hidden = true;
  const list = document.createElement("ul");
  list.id = "hints";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "What the search may go on with");
  const note = document.createElement("p");
  note.setAttribute("role", "status");
  box.append(list, note);
  input.parentElement.append(box);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", "hints");
  input.setAttribute("aria-expanded", "false");
  let waiting = 0, asked = 0, chosen = -1;

  function close() {
    box.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(number) {
    const options = [...list.children];
    chosen = options.length ? (number + options.length) % options.length : -1;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    if (chosen >= 0) input.setAttribute("aria-activedescendant", options[chosen].id);
  }

  function take(text) {
    input.value = text;
    input.focus();
    close();
    if (text.endsWith(":")) ask();
  }

  function show(answer) {
    list.replaceChildren(...answer.suggestions.map((one, number) => {
      const option = document.createElement("li");
      option.id = `hint-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const name = document.createElement("bdi");
      name.textContent = one.shown;
      const about = document.createElement("small");
      about.textContent = one.about;
      option.append(name, " ", about);
      option.dataset.text = one.text;
      option.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        take(one.text);
      });
      return option;
    }));
    note.textContent = answer.hint || "";
    note.hidden = !answer.hint || answer.suggestions.length > 0;
    chosen = -1;
    box.hidden = !(answer.suggestions.length || answer.hint);
    list.hidden = !answer.suggestions.length;
    input.setAttribute("aria-expanded", String(!list.hidden && !box.hidden));
  }

  async function ask() {
    const number = ++asked;
    if (!input.value) return close();
    try {
      const response = await fetch(`${input.dataset.hints}?${new URLSearchParams({ q: input.value })}`);
      if (response.ok && number === asked) show(await response.json());
    } catch {
      close();
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  input.addEventListener("blur", () => { asked++; close(); });
  input.addEventListener("keydown", (event) => {
    if (box.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      choose(chosen + (event.key === "ArrowDown" ? 1 : chosen < 0 ? 0 : -1));
      event.preventDefault();
    } else if (chosen >= 0 && (event.key === "Enter" || event.key === "Tab")) {
      take(list.children[chosen].dataset.text);
      event.preventDefault();
    } else if (event.key === "Escape") {
      close();
      event.preventDefault();
    }
  });
}

if (field?.dataset.hints) hintField(field);

// ---- a brush over time

for (const plot of document.querySelectorAll("svg[data-brush]")) {
  const columns = [...plot.querySelectorAll("a")];
  let from = -1;

  function at(event) {
    const box = plot.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * columns.length);
    return Math.min(Math.max(place, 0), columns.length - 1);
  }

  function mark(one, other) {
    columns.forEach((column, place) => {
      column.classList.toggle("brushed", place >= Math.min(one, other) && place <= Math.max(one, other));
    });
  }

  plot.addEventListener("dragstart", (event) => event.preventDefault());
  plot.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.pointerType !== "touch") from = at(event);
  });
  plot.addEventListener("pointermove", (event) => {
    if (from >= 0) mark(from, at(event));
  });
  window.addEventListener("pointerup", (event) => {
    if (from < 0) return;
    const [one, other] = [from, at(event)];
    from = -1;
    mark(-1, -1);
    if (one === other) return;
    const link = new URL(plot.dataset.brush, location.href);
    link.searchParams.set("since", columns[Math.min(one, other)].dataset.label);
    link.searchParams.set("until", columns[Math.max(one, other)].dataset.label);
    plot.addEventListener("click", (click) => click.preventDefault(), { capture: true, once: true });
    location.assign(link);
  });
}
