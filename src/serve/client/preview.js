// @ts-check
// The preview's part of a page: shows what has changed without losing the reader's place, and what is wrong.
(() => {
  "use strict";
  const me = /** @type {HTMLScriptElement} */ (document.currentScript);
  const token = me.dataset.token ?? "";
  const base = me.dataset.base ?? "";
  const page = me.dataset.page ?? "/";
  const own = `${base}/_tiltyard/`;
  let source = me.dataset.source ?? "";
  let shown = Number(me.dataset.revision);
  const KEEP = "tiltyard-preview";

  /** @type {Promise<Document | null>} the page as the server sent it, before any script touched it */
  let pristine = load();

  /** @returns {Promise<Document | null>} */
  async function load() {
    try {
      const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
      const text = await answer.text();
      return new DOMParser().parseFromString(text, "text/html");
    } catch {
      return null;
    }
  }

  /** @param {Document} of @returns {HTMLScriptElement | null} */
  const script = (of) => of.querySelector("script[data-token][data-revision]");

  // ---- what a reader has opened, typed and scrolled to

  /** @param {ParentNode} root @returns {string[]} names of open details: their id, or their place among all */
  function opened(root) {
    return [...root.querySelectorAll("details")].flatMap((one, at) => (one.open ? [one.id || `#${at}`] : []));
  }

  /** @param {ParentNode} root @param {string[]} names */
  function reopen(root, names) {
    [...root.querySelectorAll("details")].forEach((one, at) => {
      if (names.includes(one.id || `#${at}`)) one.open = true;
    });
  }

  function typed() {
    /** @type {Record<string, string>} */
    const kept = {};
    document.querySelectorAll("input[type=search], input[type=text]").forEach((one, at) => {
      const input = /** @type {HTMLInputElement} */ (one);
      if (input.value) kept[input.id || `#${at}`] = input.value;
    });
    return kept;
  }

  /** @param {Record<string, string>} kept */
  function retype(kept) {
    document.querySelectorAll("input[type=search], input[type=text]").forEach((one, at) => {
      const input = /** @type {HTMLInputElement} */ (one);
      const value = kept[input.id || `#${at}`];
      if (value !== undefined && input.value !== value) {
        input.value = value;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
  }

  /** Loads the whole page again and comes back to the same place. */
  function reload() {
    const kept = { page: location.pathname, opened: opened(document), typed: typed(), x: scrollX, y: scrollY };
    try {
      sessionStorage.setItem(KEEP, JSON.stringify(kept));
    } catch {
      // Then the place is lost, and nothing else.
    }
    location.reload();
  }

  function comeBack() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEEP) ?? "null");
      sessionStorage.removeItem(KEEP);
      if (kept?.page !== location.pathname) return;
      reopen(document, kept.opened);
      retype(kept.typed);
      scrollTo(kept.x, kept.y);
    } catch {
      // Nothing was kept.
    }
  }

  // ---- a new version of the page

  /** @param {Document} of @returns {string[]} */
  const scripts = (of) =>
    [...of.head.querySelectorAll("script[src]:not([data-token])")].map((one) => one.getAttribute("src") ?? "");
  /** @param {Document} of @returns {HTMLLinkElement[]} */
  const sheets = (of) =>
    [...of.head.querySelectorAll("link[rel=stylesheet]")].map((one) => /** @type {HTMLLinkElement} */ (one));

  /** Puts new style sheets in and takes the old ones out when the new ones are there. @param {Document} old @param {Document} next */
  function restyle(old, next) {
    const was = sheets(old).map((one) => one.getAttribute("href"));
    const now = sheets(next).map((one) => one.getAttribute("href"));
    if (was.join("\n") === now.join("\n")) return;
    const live = sheets(document).filter((one) => was.includes(one.getAttribute("href")));
    const loads = now.map((href) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = href ?? "";
      const loaded = new Promise((done) => {
        link.addEventListener("load", done);
        link.addEventListener("error", done);
      });
      (live.at(-1) ?? document.head.lastChild)?.after(link);
      live.push(link);
      return loaded;
    });
    const gone = live.slice(0, live.length - loads.length);
    Promise.all(loads).then(() => gone.forEach((one) => one.remove()));
  }

  /** A part of the page is another. Where a script has hold of something in it, the script has to begin again. @param {Element} live @param {Element} next */
  function swap(live, next) {
    if (live.matches("[data-held]") || live.querySelector("[data-held]")) {
      reload();
      return;
    }
    const focused = live.contains(document.activeElement) ? document.activeElement?.id : "";
    const names = opened(live);
    const fresh = /** @type {Element} */ (document.importNode(next, true));
    reopen(fresh, names);
    live.replaceWith(fresh);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    document.dispatchEvent(new CustomEvent("tiltyard:replaced", { detail: fresh }));
  }

  /**
   * Replaces what is different. Scripts add to the end of what they find, so children are counted from the start.
   * @param {Element} live @param {Element} old @param {Element} next @param {number} depth
   */
  function morph(live, old, next, depth) {
    if (old.outerHTML === next.outerHTML) return;
    if (old.tagName === "HEADER") {
      // Its scripts have hold of what is in it.
      reload();
      return;
    }
    const shape = (/** @type {Element} */ one) => [...one.children].map((child) => child.tagName).join();
    const shell = old.cloneNode(false).isEqualNode(next.cloneNode(false));
    if (depth === 0 || !shell || shape(old) !== shape(next) || live.children.length < old.children.length) {
      swap(live, next);
      return;
    }
    const lives = [...live.children];
    [...old.children].forEach((child, at) => {
      const [there, then] = [lives[at], next.children[at]];
      if (there && then) morph(there, child, then, child.tagName === "MAIN" ? 0 : depth - 1);
    });
  }

  /** @param {number} revision */
  async function update(revision) {
    if (revision <= shown) return;
    shown = revision;
    const old = await pristine;
    pristine = load();
    const next = await pristine;
    if (!next) return;
    const mine = script(next);
    if (!old || !mine || mine.dataset.token !== token || scripts(old).join("\n") !== scripts(next).join("\n")) {
      reload();
      return;
    }
    shown = Math.max(shown, Number(mine.dataset.revision));
    source = mine.dataset.source ?? "";
    const place = [scrollX, scrollY];
    const kept = typed();
    restyle(old, next);
    document.title = next.title;
    document.documentElement.lang = next.documentElement.lang;
    for (const name of next.body.getAttributeNames()) document.body.setAttribute(name, next.body.getAttribute(name) ?? "");
    const same = old.body.children.length === next.body.children.length;
    [...old.body.children].forEach((child, at) => {
      const [live, then] = [bodyChild(at), next.body.children[at]];
      if (same && live && then) morph(live, child, then, child.tagName === "MAIN" ? 0 : 2);
    });
    if (!same) {
      reload();
      return;
    }
    retype(kept);
    scrollTo(place[0] ?? 0, place[1] ?? 0);
    state();
  }

  /** @param {number} at @returns {Element | undefined} */
  const bodyChild = (at) => [...document.body.children].filter((one) => !one.id.startsWith("tiltyard-"))[at];

  // ---- what is wrong

  /** @param {string} tag @param {string} [text] @param {Record<string, string>} [attributes] */
  function element(tag, text, attributes) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
    return made;
  }

  const overlay = element("section", undefined, { id: "tiltyard-overlay", "aria-label": "Mistakes on this page", hidden: "" });
  const heard = element("p", undefined, { id: "tiltyard-heard", role: "status" });
  const bar = element("aside", undefined, { id: "tiltyard-bar", "aria-label": "Preview" });

  /** @typedef {{code: string, severity: string, message: string, help: string | null, path: string | null, line: number | null, column: number | null, excerpt: string | null, mark: [number, number] | null, editor?: string}} Told */

  /** @param {Told} told */
  function drawn(told) {
    const item = element("li");
    const head = element("p");
    head.append(element("strong", `${told.severity}[${told.code}]`), `: ${told.message}`);
    item.append(head);
    if (told.path) {
      const place = told.line ? `${told.path}:${told.line}:${told.column}` : told.path;
      item.append(told.editor ? element("a", place, { href: told.editor }) : element("span", place));
    }
    if (told.excerpt) {
      const code = element("pre");
      const text = [...told.excerpt];
      const [from, to] = told.mark ?? [0, 0];
      code.append(text.slice(0, from).join(""), element("mark", text.slice(from, Math.max(to, from)).join("") || "\u2038"), text.slice(Math.max(to, from)).join(""));
      item.append(code);
    }
    if (told.help) item.append(element("p", `help: ${told.help}`));
    return item;
  }

  /** @param {any} now */
  function show(now) {
    const list = element("ol");
    list.append(...now.here.map(drawn));
    overlay.replaceChildren(element("h2", now.kept ? "This page cannot be read; its last good version is shown" : "On this page"), list);
    if (now.fault) overlay.prepend(element("p", now.fault));
    const silent = now.here.length === 0 && !now.fault;
    overlay.hidden = silent;
    const word = silent ? "" : `${now.here.length} mistakes on this page`;
    if (heard.textContent !== word) heard.textContent = word;

    const parts = [];
    if (now.audiences.length > 1) {
      const group = element("span", "for ");
      now.audiences.forEach((/** @type {string} */ name, /** @type {number} */ at) => {
        group.append(at === now.audience ? element("b", name) : link(name, at, now.drafts), " ");
      });
      parts.push(group);
    }
    const drafts = element("span", "drafts ");
    drafts.append(now.drafts ? element("b", "on ") : link("on", now.audience, true), now.drafts ? link("off", now.audience, false) : element("b", " off"));
    parts.push(drafts, element("span", `${now.pages} pages in ${now.milliseconds} ms`));
    const { errors, warnings, due } = now.elsewhere;
    const count = [`${errors + now.here.length} errors`, `${warnings} warnings`, `${due} due`].join(", ");
    const badge = element("a", now.complete ? count : `${count} …`, { href: own, class: errors ? "bad" : warnings ? "odd" : "good" });
    parts.push(badge);
    bar.replaceChildren(...parts);
  }

  /** @param {string} word @param {number} audience @param {boolean} drafts */
  function link(word, audience, drafts) {
    const query = new URLSearchParams({ token, audience: String(audience), drafts: drafts ? "1" : "0", to: page });
    return element("a", word, { href: `${own}view?${query}`, rel: "nofollow" });
  }

  async function state() {
    try {
      const query = new URLSearchParams({ token, source });
      const answer = await fetch(`${own}state.json?${query}`, { cache: "no-store" });
      if (answer.ok) show(await answer.json());
    } catch {
      // The server has gone; the next event comes when it is back.
    }
  }

  // ---- news

  /** @type {EventSource | null} */
  let news = null;

  function listen() {
    news?.close();
    const stream = new EventSource(`${own}events?token=${token}`);
    news = stream;
    const number = (/** @type {Event} */ one) => Number(JSON.parse(/** @type {MessageEvent} */ (one).data).revision);
    stream.addEventListener("revision", (one) => update(number(one)));
    stream.addEventListener("diagnostics", () => state());
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED) setTimeout(again, 1000);
    });
  }

  /** A server that was started anew has another secret: then the whole page is loaded again, as soon as it answers. */
  async function again() {
    try {
      const answer = await fetch(`${own}state.json?${new URLSearchParams({ token, source })}`, { cache: "no-store" });
      if (answer.status === 403) reload();
      else listen();
    } catch {
      setTimeout(again, 1000);
    }
  }

  // A browser has few connections for one host: a page that nobody looks at gives its own back.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") listen();
    else news?.close();
  });
  addEventListener("pagehide", () => news?.close());
  addEventListener("pageshow", (one) => {
    if (one.persisted) listen();
  });

  document.body.append(heard, overlay, bar);
  comeBack();
  state();
  listen();
})();
