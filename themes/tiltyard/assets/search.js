// @ts-check
// What the dialog of search and the page of results share: the loading of search/start.js, which answers, when it is first needed, and how a result is drawn.
(() => {
  "use strict";
  const opener = document.querySelector("a.find");
  if (!(opener instanceof HTMLAnchorElement) || typeof DecompressionStream === "undefined") return;
  const RECENT = "tiltyard-searches";
  const root = new URL(opener.dataset.root ?? "./", location.href).href;
  /** @type {any} the engine, once its script has come */
  let engine;
  /** @type {Promise<void> | undefined} */
  let starting;

  /** Loads the engine; after a new build of the site, its new version. @param {string} [fresh] */
  function begin(fresh) {
    if (engine && !fresh) return Promise.resolve();
    starting = (fresh ? undefined : starting) ?? new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = root + "search/start.js" + (fresh ? "?v=" + fresh : "");
      script.onload = () => ((engine = find.engine = /** @type {any} */ (window).tiltyard), resolve());
      script.onerror = () => ((starting = undefined), reject(new Error("no index")));
      document.head.append(script);
    });
    return starting;
  }

  /** @param {string} text @param {object} [how] */
  async function search(text, how) {
    await begin();
    try {
      return await engine.search(text, how);
    } catch (error) {
      const stale = /** @type {any} */ (error).stale;
      if (!stale) throw error;
      await begin(stale);
      return engine.search(text, how);
    }
  }

  /** In a very large site only names come with the results; the rest when a reader shows interest. */
  const small = () => engine.table.pages <= 3000;

  /** @param {string} tag @param {Record<string, string>} [attributes] @param {(Node | string)[]} inside @returns {any} */
  function make(tag, attributes = {}, ...inside) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...inside);
    return element;
  }

  /** Text whose found words are marked. @param {any} found @param {string} text */
  const marked = (found, text) => engine.marked(found, text).map((/** @type {[string, boolean]} */ [part, hit]) => (hit ? make("mark", {}, part) : part));

  /** @param {any} item */
  const address = (item) => root + encodeURI(item.url.slice(1)).replace(/[?#]/g, encodeURIComponent) + (engine.table.portable ? "index.html" : "") + (item.anchor ? "#" + encodeURIComponent(item.anchor) : "");

  /** What a result says of itself. @param {any} found @param {any} item */
  function lines(found, item) {
    const where = [...item.where, item.heading].filter(Boolean).join(" › ");
    const out = [make("span", { class: "find-kind" }, kindLabel(item)), make("span", { class: "find-title" }, ...marked(found, item.title.replace(/`/g, "")))];
    if (where) out.push(make("span", { class: "find-where" }, where));
    if (item.sentence) out.push(make("span", { class: "find-text" }, ...marked(found, item.sentence.replace(/`/g, ""))));
    return out;
  }

  /** @param {any} item */
  const kindLabel = (item) => item.kind.replace(/-/g, " ").replace(/^./, (/** @type {string} */ c) => c.toUpperCase()).replace(/^(Cwe|Cve|Owasp|Asvs)$/, (/** @type {string} */ c) => c.toUpperCase());

  /** What the search made of the words, where there is something to say. @param {any} found @param {(text: string) => void} again */
  function notes(found, again) {
    const out = [];
    const said = found.lookup;
    const via = { "rule-suffix": "by the end of the rule's id", "cwe-ancestor": "no page explains this weakness itself; this is its nearest relative" }[/** @type {string} */ (said?.via)];
    if (via) out.push(make("p", {}, via[0].toUpperCase() + via.slice(1) + "."));
    if (said && said.via !== "none" && said.matches.length > 1) out.push(make("p", {}, said.matches.length + " explanations fit; choose one."));
    if (said?.via === "none") {
      const cwe = /cwe[-_ ]?0*(\d+)/i.exec(said.asked);
      const title = said.asked.replace(/[^\p{L}\p{N} .:_/-]+/gu, " ").trim().slice(0, 60);
      const note = make("p", {}, "No explanation yet. ", make("code", {}, `tiltyard new finding "${title}"${cwe ? " --set cwe=" + cwe[1] : ""}`), " begins one.");
      const ask = engine.table.ask.map((/** @type {[string, string]} */ [name, url]) => (url ? make("a", { href: address({ url, anchor: "" }) }, name) : name));
      if (ask.length) note.append(" Ask ", ...ask.flatMap((/** @type {any} */ one, /** @type {number} */ i) => (i ? [", ", one] : [one])), ".");
      out.push(note);
    }
    if (found.corrected) {
      const button = make("button", { type: "button" }, found.corrected);
      button.addEventListener("click", () => again(found.corrected));
      out.push(make("p", {}, "Shown for ", button));
    }
    return out;
  }

  /** @param {any} found */
  const counted = (found) => (found.total === 1 ? "1 result" : found.total + " results");

  const recent = {
    /** @returns {string[]} */
    all() {
      try {
        const kept = JSON.parse(localStorage.getItem(RECENT) ?? "[]");
        return Array.isArray(kept) ? kept.filter((one) => typeof one === "string").slice(0, 6) : [];
      } catch {
        return [];
      }
    },
    /** @param {string} text */
    add(text) {
      if (!text.trim()) return;
      try {
        localStorage.setItem(RECENT, JSON.stringify([text.trim(), ...this.all().filter((one) => one !== text.trim())].slice(0, 6)));
      } catch {
        // Then nothing is remembered.
      }
    },
    clear() {
      try {
        localStorage.removeItem(RECENT);
      } catch {
        // There was nothing.
      }
    },
  };

  /** Whether keys ask for search. @param {KeyboardEvent} event */
  function asked(event) {
    const at = event.target;
    const typing = at instanceof HTMLElement && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
    const bare = !event.altKey && !event.ctrlKey && !event.metaKey;
    return (event.key === "/" && !typing && bare) || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey);
  }

  /** @type {any} */
  const find = { asked, opener, begin, search, small, make, lines, address, notes, counted, recent };
  /** @type {any} */ (window).tiltyardFind = find;

  opener.setAttribute("aria-keyshortcuts", "/ Control+K");
  opener.addEventListener("pointerenter", () => void begin().catch(() => {}), { once: true });
})();
