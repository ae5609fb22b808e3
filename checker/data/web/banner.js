/* Shows the notice of archive-checker on a page that can't be changed otherwise.
   <script src="https://checker.example.org/banner.js"></script>   in the head, after rel=canonical
   data-url="…"  the address of the original, where the page names none
   data-frame    speak in a frame, too
   data-place    a selector: stand before that element, whenever the answer comes
   data-captured  when this copy was captured, 20140126200706
   Asks once, without cookies; shows nothing where there is nothing to say or nobody answers. */
(() => {
  "use strict";
  const doc = document, script = doc.currentScript;
  if (!script || !window.fetch || (window.top !== window && !script.hasAttribute("data-frame"))) return;

  const own = location.href.split("#")[0];
  const canonical = doc.querySelector('link[rel~="canonical"][href]');
  const url = (script.dataset.url || (canonical ? canonical.href : own)).split("#")[0];
  const api = new URL("api/v1/status", script.src);
  api.search = "?quiet=1&url=" + encodeURIComponent(url) + (url === own ? "&here=1" : "");

  let notice = null; // what to say, once it is known
  let shown = false; // whether the place has been painted: from then on nothing may move
  let done = false;

  // The same place as in flagged copies: docs/reference/banner.md
  const headline = () => {
    if (script.dataset.place) return doc.querySelector(script.dataset.place);
    for (const root of doc.querySelectorAll("main, article")) {
      if (root.closest("a")) continue;
      for (const found of root.querySelectorAll("h1")) {
        if (found.closest("main, article") !== root) continue;
        if (found.closest("nav, aside, footer, dialog, button, select, object, details, [hidden], [aria-hidden=true]")) continue;
        let child = found;
        while (child.parentNode !== root) child = child.parentNode;
        return child;
      }
    }
    return null;
  };

  const element = (name, text, attributes = {}) => {
    const made = doc.createElement(name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    if (text) made.textContent = text;
    return made;
  };

  const dated = (text) => {
    const line = element("p");
    for (const date of notice.dates) {
      const at = text.indexOf(date.text);
      if (at < 0) continue;
      line.append(text.slice(0, at), element("time", date.text, { datetime: date.datetime }));
      text = text.slice(at + date.text.length);
    }
    line.append(text);
    return line;
  };

  const build = () => {
    const name = "archive-checker-heading";
    const made = element("section", "", {
      class: "archive-checker-notice archive-checker-" + notice.tone,
      lang: notice.language, dir: "auto", "aria-labelledby": name,
    });
    made.append(element("p", notice.heading, { class: name, id: name }), ...notice.sentences.map(dated));
    if (notice.link && /^https?:/i.test(notice.link.href)) {
      const line = element("p", "", { class: "archive-checker-link" });
      line.append(element("a", notice.link.text, { href: notice.link.href, rel: "noopener noreferrer" }));
      made.append(line);
    }
    return made;
  };

  // Too late to go in without moving what is being read: at the edge of the window, in its place
  // in the document, with room below the page so that nothing is covered for good.
  const float = (made) => {
    made.classList.add("archive-checker-late");
    const room = element("div", "", { "aria-hidden": "true" });
    Object.assign(room.style, { position: "absolute", left: "0", width: "1px", height: made.offsetHeight + "px", top: doc.documentElement.scrollHeight + "px" });
    doc.body.append(room);
    doc.documentElement.style.scrollPaddingBottom = made.offsetHeight + "px";
  };

  const put = () => {
    if (done || !notice || !doc.body) return;
    if (script.dataset.place && !script.isConnected) return; // another page stands there by now
    const place = headline();
    if (!place && doc.readyState === "loading" && !shown) return; // it may still come
    done = true;
    watch.disconnect();
    if (doc.querySelector(".archive-checker-notice")) return;
    const sheet = new CSSStyleSheet(); // no inline style, so a strict policy of the page holds
    sheet.replaceSync("STYLE" + LATE);
    doc.adoptedStyleSheets = [...doc.adoptedStyleSheets, sheet];
    const made = build();
    if (place) place.before(made);
    else doc.body.prepend(made);
    if (shown && !script.dataset.place) float(made);
  };

  const LATE = "section.archive-checker-notice.archive-checker-notice.archive-checker-late{" +
    "position:fixed!important;inset:auto 0 0!important;z-index:2147483647!important;margin:0 auto!important;" +
    "max-height:40vh!important;overflow:auto!important;box-shadow:0 0 1rem #0006!important}" +
    "@media print{section.archive-checker-notice.archive-checker-notice.archive-checker-late{" +
    "position:static!important;max-height:none!important;box-shadow:none!important}}";

  const watch = new MutationObserver(put);
  watch.observe(doc, { childList: true, subtree: true });
  doc.addEventListener("DOMContentLoaded", () => { put(); if (!done) watch.disconnect(); });
  // A frame is painted after its callbacks: what stands there now is seen from now on.
  const frame = () => {
    if (done || shown) return;
    shown = Boolean(doc.body && (headline() || doc.readyState !== "loading"));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  const stop = new AbortController();
  setTimeout(() => stop.abort(), 5000);
  const ask = (address) =>
    fetch(address, { credentials: "omit", referrerPolicy: "no-referrer", signal: stop.signal })
      .then((answer) => (answer.status === 200 ? answer.json() : null));
  // Of a later copy than the one that was judged only its age can be told, as of the source itself.
  const judged = (answer) => (answer && answer.copied_at ? new Date(answer.copied_at).toISOString().replace(/\D/g, "").slice(0, 14) : "");
  ask(api)
    .then((answer) => (judged(answer) && script.dataset.captured > judged(answer) ? ask(api + "&here=1") : answer))
    .then((answer) => { notice = answer && answer.notice; put(); })
    .catch(() => {}); // no notice is better than a broken page
})();
