"use strict";
(() => {
  const main = document.querySelector("main");
  const form = document.getElementById("tools");
  if (!main || !form) return;
  const articles = [...main.querySelectorAll("article")];
  const words = document.getElementById("words");
  const rule = document.getElementById("rule");
  const order = document.getElementById("order");
  const statuses = [...form.querySelectorAll("input[type=checkbox]")];
  const shown = document.getElementById("shown");
  const text = new Map();
  const textOf = (one) => {
    if (!text.has(one)) text.set(one, one.textContent.toLowerCase());
    return text.get(one);
  };
  const filter = () => {
    const wanted = words.value.trim().toLowerCase();
    const open = new Set(statuses.filter((one) => one.checked).map((one) => one.value));
    let count = 0;
    for (const one of articles) {
      const fits = open.has(one.dataset.status)
        && (!rule.value || one.dataset.rules.split(" ").includes(rule.value))
        && (!wanted || textOf(one).includes(wanted));
      one.hidden = !fits;
      if (fits) count += 1;
    }
    for (const section of main.querySelectorAll("section[data-status]")) {
      section.hidden = !section.querySelector("article:not([hidden])");
    }
    shown.textContent = `${count.toLocaleString("en")} of ${articles.length.toLocaleString("en")} shown`;
  };
  const keys = {
    given: (one) => Number(one.dataset.number),
    oldest: (one) => one.dataset.date || "9999",
    newest: (one) => one.dataset.date || "0000",
    title: (one) => one.querySelector("h3").textContent.toLowerCase(),
  };
  const sort = () => {
    const key = keys[order.value];
    const back = order.value === "newest" ? -1 : 1;
    for (const section of main.querySelectorAll("section[data-status]")) {
      const found = [...section.querySelectorAll("article")].map((one) => [key(one), one]);
      found.sort((a, b) => (a[0] < b[0] ? -back : a[0] > b[0] ? back : 0));
      section.append(...found.map((pair) => pair[1]));
    }
  };
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
  form.hidden = false;
})();
