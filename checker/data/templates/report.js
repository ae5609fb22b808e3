"use strict";
(() => {
  const form = document.getElementById("tools");
  if (!form) return;
  const find = (id) => document.getElementById(id);
  const [words, rule, order, open, shown, draw] = ["words", "rule", "order", "open", "shown", "draw"].map(find);
  const table = find("documents");
  const body = table.tBodies[0];
  const statuses = [...form.querySelectorAll("input[type=checkbox]")];
  const DRAWN = 100; // rows that are elements at first, and so many more at each wish

  // Rows after the first lie in a noscript element, as text: elements are made of those to be seen.
  const HEAD = /^<tr role="row" class="([a-z]+)"(?: id="[a-z]+")? data-date="([^"]*)" data-rules="([^"]*)"/;
  const SIGNS = { "&lt;": "<", "&gt;": ">", "&#34;": "\"", "&quot;": "\"", "&#39;": "'", "&amp;": "&", "&nbsp;": "\u00a0" };
  const plain = (html) => html.replace(/<[^>]*>/g, "").replace(/&(?:lt|gt|#34|quot|#39|amp|nbsp);/g, (sign) => SIGNS[sign]);
  const record = (html, row = null) => {
    const [, status, date, rules] = HEAD.exec(html);
    return { html, row, status, date, rules, text: null, title: null };
  };
  const rest = find("rest");
  let known = null;
  const records = () => (known ??= [...body.rows].map((row) => record(row.outerHTML, row)).concat(
    rest ? rest.textContent.split(/(?=<tr role="row" class=")/).slice(1).map((html) => record(html)) : []));
  const made = document.createElement("template");
  const rowOf = (one) => {
    if (!one.row) {
      made.innerHTML = one.html; // what a browser without scripts reads there
      one.row = made.content.querySelector("tr");
    }
    return one.row;
  };
  const textOf = (one) => (one.text ??= plain(one.html).toLowerCase());
  const titleOf = (one) => (one.title ??= plain(/<bdi>(.*?)<\/bdi>/s.exec(one.html)[1]));

  let view = null; // all of them, as they stand there
  let drawn = body.rows.length;
  const drawTo = (count) => {
    view ??= records();
    body.replaceChildren(...view.slice(0, count).map(rowOf));
    drawn = Math.min(count, view.length);
    if (draw) {
      draw.hidden = drawn === view.length;
      draw.textContent = `Show more (${(view.length - drawn).toLocaleString("en")} left)`;
    }
  };

  const byText = new Intl.Collator(undefined, { numeric: true }).compare;
  const bySign = (a, b) => (a < b ? -1 : Number(a > b));
  const ORDERS = {
    given: [null, null, 1, 0, "descending"],
    title: [titleOf, byText, 1, 1, "ascending"],
    "title-back": [titleOf, byText, -1, 1, "descending"],
    rule: [(one) => one.rules || "~", bySign, 1, 2, "ascending"],
    newest: [(one) => one.date, bySign, -1, 3, "descending"],
    oldest: [(one) => one.date || "~", bySign, 1, 3, "ascending"],
  };
  const heads = [...table.tHead.rows[0].cells];
  const update = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const kept = new Set(statuses.filter((one) => one.checked).map((one) => one.value));
    view = records().filter((one) => kept.has(one.status)
      && (!rule.value || one.rules.split(" ").includes(rule.value))
      && wanted.every((word) => textOf(one).includes(word)));
    const [key, compare, sign, column, direction] = ORDERS[order.value];
    if (key) view.sort((a, b) => sign * compare(key(a), key(b))); // stable
    heads.forEach((head, number) => {
      if (number === column) head.setAttribute("aria-sort", direction);
      else head.removeAttribute("aria-sort");
    });
    drawTo(DRAWN);
    shown.textContent = `${view.length.toLocaleString("en")} of ${known.length.toLocaleString("en")} document${known.length === 1 ? "" : "s"}`;
  };

  const CLICKS = [["given"], ["title", "title-back"], ["rule"], ["newest", "oldest"]];
  heads.forEach((head, number) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      const [first, second = first] = CLICKS[number];
      order.value = order.value === first ? second : first;
      update();
    });
    head.append(button);
  });

  const closed = () => [...body.rows].map((row) => row.querySelector("details")).filter((one) => !one.open);
  open.addEventListener("click", () => {
    for (const details of closed()) details.open = true;
  });
  // On paper: every document that the filters leave, with its evidence if they are few.
  let before = drawn;
  let opened = [];
  addEventListener("beforeprint", () => {
    before = drawn;
    view ??= records();
    if (drawn < view.length) drawTo(view.length);
    opened = view.length > DRAWN ? [] : closed();
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    if (before < drawn) drawTo(before);
  });

  let waiting = 0;
  words.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(update, 120);
  });
  for (const one of [rule, order, ...statuses]) one.addEventListener("change", update);
  for (const chip of document.querySelectorAll("nav a")) {
    const status = chip.hash.slice(1);
    if (!statuses.some((one) => one.value === status)) continue;
    chip.addEventListener("click", (event) => {
      event.preventDefault();
      for (const one of statuses) one.checked = one.value === status;
      update();
      form.scrollIntoView();
    });
  }
  draw?.addEventListener("click", () => {
    const next = drawn;
    drawTo(drawn + DRAWN);
    body.rows[next]?.querySelector("summary").focus();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(update));
  heads[0].setAttribute("aria-sort", "descending");
  if (draw) draw.hidden = false;
  form.hidden = false;
  globalThis.requestIdleCallback?.(() => records());
})();
