// @ts-check
// The preview's report: everything that is wrong, how long each stage took, and pages that nothing points to.
(() => {
  "use strict";
  const me = /** @type {HTMLScriptElement} */ (document.currentScript);
  const token = me.dataset.token ?? "";
  const base = me.dataset.base ?? "";
  const own = `${base}/_tiltyard/`;

  /** @param {string} tag @param {(string | Node)[]} children @param {Record<string, string>} [attributes] */
  function element(tag, children, attributes) {
    const made = document.createElement(tag);
    made.append(...children);
    for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
    return made;
  }

  /** @param {any} told */
  function drawn(told) {
    const place = told.path && (told.line ? `${told.path}:${told.line}:${told.column}` : told.path);
    return element("li", [
      element("p", [element("strong", [`${told.severity}[${told.code}]`]), `: ${told.message}`]),
      ...(place ? [told.editor ? element("a", [place], { href: told.editor }) : place] : []),
      ...(told.excerpt ? [element("pre", [told.excerpt])] : []),
      ...(told.help ? [element("p", [`help: ${told.help}`])] : []),
    ]);
  }

  async function show() {
    const answer = await fetch(`${own}report.json?token=${token}`, { cache: "no-store" });
    if (!answer.ok) return location.reload();
    const now = await answer.json();
    const times = now.timings.map((/** @type {any} */ one) => `${one.stage} ${one.milliseconds.toFixed(1)} ms`).join(", ");
    const told = now.diagnostics.map(drawn);
    const orphans = now.orphans.map((/** @type {any} */ one) =>
      element("li", [element("a", [one.title], { href: base + encodeURI(one.address) }), ` (${one.path})`]));
    const most = 500;
    document.querySelector("main")?.replaceChildren(
      element("p", [element("a", ["To the site"], { href: `${base}/` })]),
      element("h1", ["Preview"]),
      element("p", [`${now.pages} pages, ${now.links} links, ${now.files} files. ${times}.`]),
      ...(now.fault ? [element("p", [now.fault])] : []),
      element("h2", [now.complete ? `${told.length} diagnostics` : `${told.length} diagnostics so far`]),
      element("ol", told.slice(0, most)),
      ...(told.length > most ? [element("p", [`and ${told.length - most} more: tiltyard check`])] : []),
      element("h2", [`${orphans.length} pages that nothing points to`]),
      element("ul", orphans.slice(0, most)),
      ...(orphans.length > most ? [element("p", [`and ${orphans.length - most} more`])] : []),
    );
  }

  const news = new EventSource(`${own}events?token=${token}`);
  news.addEventListener("revision", show);
  news.addEventListener("diagnostics", show);
})();
