// @ts-check
// The dialog of search, opened by / or Ctrl+K, and the page of its results. What answers is search/start.js, loaded when it is first needed.
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
      script.onload = () => ((engine = /** @type {any} */ (window).tiltyard), resolve());
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

  // The dialog.
  /** @type {{show: () => void} | undefined} */
  let dialog;

  function makeDialog() {
    if (!document.querySelector("link[data-search]")) document.head.append(make("link", { rel: "stylesheet", "data-search": "", href: opener instanceof HTMLAnchorElement ? opener.dataset.style ?? "" : "" }));
    const input = make("input", { type: "text", role: "combobox", "aria-label": "Search", "aria-expanded": "false", "aria-controls": "find-list", "aria-autocomplete": "list", autocomplete: "off", autocapitalize: "off", spellcheck: "false", inputmode: "search", enterkeyhint: "search", placeholder: "A rule, a CWE, or your own words", maxlength: "1000" });
    const close = make("button", { type: "button", class: "find-close" }, "Close");
    const status = make("p", { role: "status", class: "find-status" });
    const note = make("div", { class: "find-note" });
    const list = make("div", { role: "listbox", id: "find-list", "aria-label": "Results", class: "find-list" });
    const all = make("a", { class: "find-all", href: opener instanceof HTMLAnchorElement ? opener.href : "" }, "All results");
    const box = make("dialog", { class: "find-box", "aria-label": "Search" }, make("div", { class: "find-bar" }, input, close), status, note, list, make("p", { class: "find-foot" }, all, make("span", {}, "↑ ↓ to choose, Enter to open, Ctrl+Enter in a new tab, Esc to close")));
    document.body.append(box);
    let turn = 0;
    /** The query whose results are shown. */
    let shownFor = "";
    let active = 0;

    const options = () => [...list.querySelectorAll("[role=option]")];
    /** @param {number} to */
    function choose(to) {
      const found = options();
      active = found.length ? (to + found.length) % found.length : 0;
      found.forEach((one, i) => one.setAttribute("aria-selected", String(i === active)));
      if (found[active]) {
        input.setAttribute("aria-activedescendant", found[active].id);
        found[active].scrollIntoView({ block: "nearest" });
      } else input.removeAttribute("aria-activedescendant");
    }

    /** @param {any} found @param {any[]} items */
    function draw(found, items) {
      note.replaceChildren(...notes(found, (text) => ((input.value = text), update())));
      list.replaceChildren(...items.map((item, i) => make("a", { role: "option", id: "find-" + i, href: address(item), tabindex: "-1", "aria-selected": "false", "data-kind": item.kind }, ...lines(found, item))));
      input.setAttribute("aria-expanded", String(items.length > 0));
      status.textContent = counted(found);
      choose(active < items.length ? active : 0);
    }

    function showRecent() {
      note.replaceChildren();
      status.textContent = "";
      const kept = recent.all();
      list.replaceChildren(...kept.map((text, i) => {
        const option = make("a", { role: "option", id: "find-" + i, href: query(text), tabindex: "-1", "aria-selected": "false", class: "find-recent" }, text);
        option.addEventListener("click", (/** @type {MouseEvent} */ event) => (event.preventDefault(), (input.value = text), input.focus(), update()));
        return option;
      }));
      if (kept.length) {
        const forget = make("button", { type: "button" }, "Forget these searches");
        forget.addEventListener("click", () => (recent.clear(), showRecent(), input.focus()));
        note.append(make("p", {}, "Recent searches, kept in this browser only. ", forget));
      }
      input.setAttribute("aria-expanded", String(kept.length > 0));
      input.removeAttribute("aria-activedescendant");
      active = -1;
    }

    /** @param {string} text */
    const query = (text) => (opener instanceof HTMLAnchorElement ? opener.href : "") + "?q=" + encodeURIComponent(text);

    /** @returns {Promise<void>} once the list is that of what has been typed */
    async function update() {
      const text = input.value, mine = ++turn;
      all.href = query(text);
      if (!text.trim()) {
        shownFor = "";
        showRecent();
        return;
      }
      try {
        const found = await search(text, { typing: true });
        if (mine !== turn) return;
        active = 0;
        const items = await engine.describe(found, found.pages.slice(0, 10), false);
        if (mine !== turn) return;
        draw(found, items);
        shownFor = text;
        const full = await engine.describe(found, found.pages.slice(0, small() ? 10 : 3), true);
        if (mine === turn) draw(found, [...full, ...items.slice(full.length)]);
      } catch {
        if (mine === turn) status.textContent = "The index of this site cannot be read.";
      }
    }

    input.addEventListener("input", update);
    close.addEventListener("click", () => box.close());
    box.addEventListener("click", (/** @type {MouseEvent} */ event) => event.target === box && box.close());
    list.addEventListener("click", (/** @type {MouseEvent} */ event) => {
      if (input.value.trim()) recent.add(input.value);
      if (event.target instanceof Element && event.target.closest("[role=option]") && !event.ctrlKey && !event.metaKey && !event.shiftKey && input.value.trim()) box.close();
    });
    input.addEventListener("keydown", async (/** @type {KeyboardEvent} */ event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(active + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter") {
        event.preventDefault();
        const tab = event.ctrlKey || event.metaKey;
        // Who pastes and presses Enter at once means what was pasted.
        if (shownFor !== input.value && input.value.trim()) await update();
        const option = options()[active];
        if (!(option instanceof HTMLAnchorElement)) return;
        if (!input.value.trim()) return option.click();
        recent.add(input.value);
        if (tab) window.open(option.href, "_blank", "noopener");
        else {
          box.close();
          location.href = option.href;
        }
      }
    });
    return {
      show() {
        if (!box.open) box.showModal();
        input.select();
        input.focus();
        if (!input.value.trim()) showRecent();
        begin().catch(() => (status.textContent = "The index of this site cannot be read."));
      },
    };
  }

  function open() {
    dialog ??= makeDialog();
    dialog.show();
  }

  const page = document.querySelector("#search-page");
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    const typing = at instanceof HTMLElement && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const k = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!slash && !k) return;
    event.preventDefault();
    const own = page?.querySelector("input");
    if (own) own.select();
    else open();
  });
  opener.setAttribute("aria-haspopup", "dialog");
  opener.setAttribute("aria-keyshortcuts", "/ Control+K");
  opener.addEventListener("pointerenter", () => void begin().catch(() => {}), { once: true });
  opener.addEventListener("click", (event) => {
    if (page || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open();
  });

  // The page of results.
  if (!page) return;
  const facets = ["kind", "service", "team", "tag", "cwe"];
  const names = { kind: "Kind", service: "Service", team: "Team", tag: "Tag", cwe: "Weakness" };
  const given = new URLSearchParams(location.search);
  /** @type {Map<string, string>} */
  const chosen = new Map();
  for (const name of facets) if (given.get(name)) chosen.set(name, given.get(name) ?? "");
  const input = make("input", { type: "search", id: "find-page", value: given.get("q") ?? "", autocomplete: "off", spellcheck: "false", maxlength: "1000" });
  const status = make("p", { role: "status", class: "find-status" });
  const note = make("div", { class: "find-note" });
  const narrow = make("div", { class: "find-facets", role: "group", "aria-label": "Narrow" });
  const list = make("ol", { class: "find-results" });
  const more = make("button", { type: "button", class: "find-more", hidden: "" }, "Show more");
  page.replaceChildren(make("div", { role: "search", class: "find-bar" }, make("label", { for: "find-page" }, "Search for"), input), status, note, narrow, list, more);
  let turn = 0, length = 10;

  /** @param {any} found @param {any} item */
  function row(found, item) {
    const [kind, title, ...rest] = lines(found, item);
    return make("li", { "data-kind": item.kind }, kind, make("a", { href: address(item) }, title), ...rest);
  }

  /** @param {string} name @param {[string, string, number][]} values */
  function buttons(name, values) {
    const picked = chosen.get(name);
    return values.map(([id, label, count]) => {
      const button = make("button", { type: "button", "aria-pressed": String(id === picked) }, label + " ", make("span", { class: "find-count" }, String(count)));
      button.addEventListener("click", () => (id === picked ? chosen.delete(name) : chosen.set(name, id), (length = 10), update()));
      return button;
    });
  }

  /** @param {string} text @param {any} found @param {number} mine */
  async function drawFacets(text, found, mine) {
    const unkinded = chosen.has("kind") ? await search(whole(text, "kind")) : found;
    const groups = [["kind", unkinded.kinds.length > 1 || chosen.has("kind") ? buttons("kind", unkinded.kinds) : []]];
    const later = [];
    for (const [name, near] of engine.table.facets) {
      const fill = async () => {
        const among = chosen.has(name) ? await search(whole(text, name)) : found;
        return buttons(name, (await engine.facet(name, among.pages)).slice(0, 24));
      };
      if (near || chosen.has(name)) groups.push([name, await fill()]);
      else later.push([name, fill]);
    }
    if (mine !== turn) return;
    const shown = groups.filter(([, inside]) => inside.length).map(([name, inside]) => make("details", name === "kind" || chosen.has(name) ? { open: "" } : {}, make("summary", {}, names[/** @type {"kind"} */ (name)]), make("div", {}, ...inside)));
    const closed = later.map(([name, fill]) => {
      const inside = make("div"), group = make("details", {}, make("summary", {}, names[/** @type {"kind"} */ (name)]), inside);
      group.addEventListener("toggle", async () => inside.replaceChildren(...(await fill())), { once: true });
      return group;
    });
    narrow.replaceChildren(...shown, ...closed);
  }

  /** The query with what was chosen, but for one facet. @param {string} text @param {string} [but] */
  const whole = (text, but) => text + [...chosen].filter(([name]) => name !== but).map(([name, value]) => ` ${name}:"${value}"`).join("");

  async function update() {
    const text = input.value, mine = ++turn;
    const address = new URLSearchParams();
    if (text) address.set("q", text);
    for (const [name, value] of chosen) address.set(name, value);
    try {
      history.replaceState(null, "", [...address].length ? "?" + address : location.pathname);
    } catch {
      // A page from a folder has no history of its own.
    }
    if (!text.trim() && !chosen.size) {
      [status, note, narrow, list].forEach((one) => one.replaceChildren());
      more.hidden = true;
      return;
    }
    try {
      const found = await search(whole(text));
      if (mine !== turn) return;
      const pages = found.pages.slice(0, length);
      const draw = (/** @type {any[]} */ items) => mine === turn && list.replaceChildren(...items.map((item) => row(found, item)));
      draw(await engine.describe(found, pages, small()));
      if (mine !== turn) return;
      status.textContent = counted(found);
      note.replaceChildren(...notes(found, (again) => ((input.value = again), update())));
      more.hidden = found.pages.length <= length;
      if (!small()) {
        const interest = async () => mine === turn && draw(await engine.describe(found, pages, true));
        for (const sign of ["pointermove", "keydown", "scroll", "touchstart"]) addEventListener(sign, interest, { once: true, passive: true });
      }
      await drawFacets(text, found, mine);
    } catch {
      if (mine === turn) status.textContent = "The index of this site cannot be read.";
    }
  }

  input.addEventListener("input", () => ((length = 10), update()));
  input.addEventListener("change", () => recent.add(input.value));
  more.addEventListener("click", async () => {
    const from = length;
    length += 20;
    await update();
    list.children[from]?.querySelector("a")?.focus();
  });
  input.focus();
  update();
})();
