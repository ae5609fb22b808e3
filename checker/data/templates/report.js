"use strict";
(() => {
  const form = document.getElementById("tools");
  if (!form) return;
  const body = document.querySelector("#documents tbody");
  const rows = [...body.rows];
  const words = document.getElementById("words");
  const rule = document.getElementById("rule");
  const order = document.getElementById("order");
  const open = document.getElementById("open");
  const shown = document.getElementById("shown");
  const statuses = [...form.querySelectorAll("input[type=checkbox]")];
  const MOST_OPEN = 1000; // rows whose evidence one click opens
  const MOST_PRINTED = 200; // rows whose evidence is printed though it is folded

  // Evidence lies in noscript elements, as text: to read a large report means to read its rows only.
  const filled = (details) => {
    const folded = details.querySelector("noscript");
    if (!folded) return;
    const made = document.createElement("template");
    made.innerHTML = folded.textContent; // what a browser without scripts reads there
    folded.replaceWith(made.content);
  };
  body.addEventListener("toggle", (event) => {
    if (event.target.open) filled(event.target);
  }, true);

  const SIGNS = { "&lt;": "<", "&gt;": ">", "&#34;": "\"", "&#39;": "'", "&amp;": "&" };
  const plain = (html) => html.replace(/<[^>]*>/g, " ").replace(/&(?:lt|gt|#34|#39|amp);/g, (sign) => SIGNS[sign]);
  const texts = new Map();
  const textOf = (row) => {
    if (!texts.has(row)) {
      const raw = row.querySelector("noscript")?.textContent ?? "";
      const all = raw ? row.textContent.replace(raw, () => plain(raw)) : row.textContent;
      texts.set(row, all.toLowerCase());
    }
    return texts.get(row);
  };

  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const kept = new Set(statuses.filter((one) => one.checked).map((one) => one.value));
    let count = 0;
    for (const row of rows) {
      const fits = kept.has(row.className)
        && (!rule.value || row.dataset.rules.split(" ").includes(rule.value))
        && wanted.every((word) => textOf(row).includes(word));
      if (row.hidden === fits) row.hidden = !fits;
      if (fits) count += 1;
    }
    open.hidden = count === 0 || count > MOST_OPEN;
    shown.textContent = `${count.toLocaleString("en")} of ${rows.length.toLocaleString("en")} shown`;
  };

  const title = (row) => row.cells[1].querySelector("bdi").textContent;
  const byText = new Intl.Collator(undefined, { numeric: true }).compare;
  const ORDERS = {
    given: null,
    title: [title, byText, 1, 1, "ascending"],
    "title-back": [title, byText, -1, 1, "descending"],
    rule: [(row) => row.dataset.rules || "~", byText, 1, 2, "ascending"],
    newest: [(row) => row.dataset.date, (a, b) => (a < b ? -1 : Number(a > b)), -1, 3, "descending"],
    oldest: [(row) => row.dataset.date || "~", (a, b) => (a < b ? -1 : Number(a > b)), 1, 3, "ascending"],
  };
  const heads = [...document.querySelectorAll("#documents thead th")];
  const sort = () => {
    const [key, compare, sign, column, direction] = ORDERS[order.value] ?? [null, null, 1, 0, "descending"];
    const keyed = rows.map((row, number) => [key ? key(row) : number, row, number]);
    if (key) keyed.sort((a, b) => sign * compare(a[0], b[0]) || a[2] - b[2]);
    body.append(...keyed.map((one) => one[1]));
    heads.forEach((head, number) => {
      if (number === column) head.setAttribute("aria-sort", direction);
      else head.removeAttribute("aria-sort");
    });
  };
  const CLICKS = [["given"], ["title", "title-back"], ["rule"], ["newest", "oldest"]];
  heads.forEach((head, number) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      const [first, second = first] = CLICKS[number];
      order.value = order.value === first ? second : first;
      sort();
    });
    head.append(button);
  });
  heads[0].setAttribute("aria-sort", "descending");

  const shownDetails = () => rows.filter((row) => !row.hidden).map((row) => row.querySelector("details"));
  open.addEventListener("click", () => {
    for (const details of shownDetails()) {
      filled(details);
      details.open = true;
    }
  });
  let printed = [];
  addEventListener("beforeprint", () => {
    const found = shownDetails().filter((details) => !details.open);
    printed = found.length > MOST_PRINTED ? [] : found;
    for (const details of printed) {
      filled(details);
      details.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const details of printed) details.open = false;
  });

  let waiting = 0;
  words.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  rule.addEventListener("change", filter);
  order.addEventListener("change", sort);
  for (const one of statuses) one.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { filter(); sort(); }));
  open.hidden = rows.length > MOST_OPEN;
  form.hidden = false;
})();
