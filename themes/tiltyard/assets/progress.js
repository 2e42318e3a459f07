// @ts-check
// A reader's own way: ticks, evidence and a claim. Everything stays in this browser; nothing is sent.
(() => {
  "use strict";

  /** @typedef {{version: 1, done: Record<string, string>, evidence: Record<string, string[]>, last: {title: string, path: string} | null}} Own */

  const part = document.querySelector("[data-progress]");
  if (!(part instanceof HTMLElement)) return;
  part.dataset.held = "";
  const root = new URL(part.dataset.root || "./", location.href);
  const KEY = `tiltyard-progress:${root.pathname}`;

  /** @returns {Own} */
  const nothing = () => ({ version: 1, done: {}, evidence: {}, last: null });

  /** @param {unknown} value @returns {value is Record<string, unknown>} */
  const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  /** What was kept; what cannot be read counts as nothing. @returns {Own} */
  function read() {
    const own = nothing();
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) || "null");
      if (!isMap(kept)) return own;
      for (const [id, day] of Object.entries(isMap(kept.done) ? kept.done : {})) {
        if (typeof day === "string") own.done[id] = day;
      }
      for (const [id, list] of Object.entries(isMap(kept.evidence) ? kept.evidence : {})) {
        if (Array.isArray(list)) own.evidence[id] = list.filter((one) => typeof one === "string");
      }
      const last = kept.last;
      if (isMap(last) && typeof last.title === "string" && typeof last.path === "string") {
        own.last = { title: last.title, path: last.path };
      }
    } catch {
      // Storage may be closed to us; the page works without it.
    }
    return own;
  }

  /** @param {Own} own @returns {boolean} whether it will be there tomorrow */
  function keep(own) {
    try {
      localStorage.setItem(KEY, JSON.stringify(own));
      return true;
    } catch {
      return false;
    }
  }

  /** @template {Element} T @param {string} selector @param {new () => T} type @returns {T | null} */
  function find(selector, type) {
    const found = /** @type {HTMLElement} */ (part).querySelector(selector);
    return found instanceof type ? found : null;
  }

  /** @param {string} selector @param {string} words */
  function say(selector, words) {
    const place = find(selector, HTMLElement);
    if (place) place.textContent = words;
  }

  /** The reader's day, as YAML has it. */
  function today() {
    const now = new Date();
    const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  }

  /** An address, or a page of the knowledge base. @param {string} text */
  const isEvidence = (text) => /^https?:\/\/[^\s]+$/.test(text) || /^(finding|threat-model|review|curriculum|module|page):[^\s:]+$/.test(text);

  /** An address inside this site, or nothing. @param {string} path */
  function inside(path) {
    const url = new URL(path, root);
    return url.origin === root.origin && url.protocol === root.protocol && url.pathname.startsWith(root.pathname) ? url.href : "";
  }

  /** Achievements in YAML. Texts are quoted as JSON, which YAML reads as well.
   * @param {string[]} ids @param {Own} own @param {(id: string) => string} by */
  function claim(ids, own, by) {
    const blocks = ids.map((id) => {
      const evidence = (own.evidence[id] || []).filter(isEvidence);
      const who = by(id);
      return [
        `  - module: ${JSON.stringify(id)}`,
        `    date: ${own.done[id] || today()}`,
        ...(evidence.length ? ["    evidence:", ...evidence.map((one) => `      - ${JSON.stringify(one)}`)] : []),
        ...(who ? [`    verified_by: [${JSON.stringify(who)}]`] : []),
      ].join("\n");
    });
    return blocks.length ? `${blocks.join("\n")}\n` : "";
  }

  /** @param {HTMLSelectElement | null} select @returns {(id: string) => string} who confirms a module, where that person can */
  function chosen(select) {
    const option = select?.selectedOptions[0];
    const modules = (option?.dataset.modules || "").split(" ");
    return (id) => (option && option.value && modules.includes(id) ? option.value : "");
  }

  /** @param {() => string} make */
  function claims(make) {
    const text = find(".claim-text", HTMLTextAreaElement);
    find(".claim-make", HTMLButtonElement)?.addEventListener("click", () => {
      const out = find(".claim-out", HTMLElement);
      if (!text || !out) return;
      text.value = make();
      out.hidden = false;
      text.focus();
      say(".claim-said", text.value ? "" : "Nothing is ticked yet.");
    });
    find(".claim-copy", HTMLButtonElement)?.addEventListener("click", async () => {
      if (!text) return;
      try {
        await navigator.clipboard.writeText(text.value);
        say(".claim-said", "Copied.");
      } catch {
        text.select();
        say(".claim-said", "Press Ctrl+C to copy.");
      }
    });
  }

  let own = read();

  function home() {
    if (!own.last) return;
    const href = inside(own.last.path);
    const link = find("a", HTMLAnchorElement);
    if (!href || !link) return;
    link.href = href;
    link.textContent = own.last.title;
    /** @type {HTMLElement} */ (part).hidden = false;
  }

  function module() {
    const data = /** @type {HTMLElement} */ (part).dataset;
    const id = data.module || "";
    own.last = { title: data.title || id, path: data.path || "" };
    keep(own);
    const tick = find(".own-tick", HTMLInputElement);
    const fields = [.../** @type {HTMLElement} */ (part).querySelectorAll("input.own-evidence")].filter((field) => field instanceof HTMLInputElement);
    if (!tick) return;
    tick.checked = id in own.done;
    fields.forEach((field, at) => (field.value = (own.evidence[id] || [])[at] || ""));
    const form = find(".claim-form", HTMLElement);
    const show = () => {
      if (form) form.hidden = !tick.checked;
    };
    tick.addEventListener("change", () => {
      if (tick.checked) own.done[id] = today();
      else delete own.done[id];
      say(".own-said", keep(own) ? "" : "This browser keeps nothing, so it holds for this page only.");
      show();
    });
    const typed = () => {
      own.evidence[id] = fields.map((field) => field.value.trim());
      const odd = own.evidence[id].some((text) => text && !isEvidence(text));
      say(".own-said", odd ? "Evidence is an address that begins with https://, or a page such as threat-model:checkout." : "");
      keep(own);
    };
    fields.forEach((field) => field.addEventListener("input", typed));
    claims(() => claim([id], own, chosen(find(".claim-by", HTMLSelectElement))));
    show();
    /** @type {HTMLElement} */ (part).hidden = false;
  }

  function curriculum() {
    const ticks = [.../** @type {HTMLElement} */ (part).querySelectorAll(".ticks input")].filter((tick) => tick instanceof HTMLInputElement);
    const idOf = (/** @type {HTMLInputElement} */ tick) => tick.dataset.module || "";
    const form = find(".claim-form", HTMLElement);
    function show() {
      const done = ticks.filter((tick) => idOf(tick) in own.done).length;
      ticks.forEach((tick) => (tick.checked = idOf(tick) in own.done));
      const share = ticks.length ? Math.round((done * 100) / ticks.length) : 0;
      /** @type {HTMLElement} */ (part).querySelector(".ring-done")?.setAttribute("stroke-dasharray", `${share} 100`);
      const text = /** @type {HTMLElement} */ (part).querySelector(".ring-text");
      if (text) text.textContent = `${share}%`;
      say(".ring-words", `${done} of ${ticks.length} modules ticked.`);
      const next = find(".own-next", HTMLAnchorElement);
      const open = ticks.find((tick) => !tick.checked);
      if (next) {
        next.hidden = !open || done === 0;
        next.href = open ? inside(open.dataset.path || "") : "";
        next.textContent = open ? `Go on with ${(open.parentElement?.textContent || "").trim()}` : "";
      }
      if (form) form.hidden = done === 0;
    }
    ticks.forEach((tick) =>
      tick.addEventListener("change", () => {
        if (tick.checked) own.done[idOf(tick)] = today();
        else delete own.done[idOf(tick)];
        say(".own-said", keep(own) ? "" : "This browser keeps nothing, so it holds for this page only.");
        show();
      }),
    );
    claims(() => {
      const ids = ticks.filter((tick) => tick.checked).map(idOf);
      return claim(ids, own, chosen(find(".claim-by", HTMLSelectElement)));
    });
    find(".own-export", HTMLButtonElement)?.addEventListener("click", () => {
      const url = URL.createObjectURL(new Blob([`${JSON.stringify(own, null, 2)}\n`], { type: "application/json" }));
      const link = document.createElement("a");
      link.href = url;
      link.download = "my-progress.json";
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
      say(".own-said", "Exported.");
    });
    find(".own-clear", HTMLButtonElement)?.addEventListener("click", () => {
      if (!confirm("Forget all ticks and evidence in this browser?")) return;
      own = nothing();
      try {
        localStorage.removeItem(KEY);
      } catch {
        // Then nothing was kept either.
      }
      show();
      say(".own-said", "Cleared.");
    });
    show();
    /** @type {HTMLElement} */ (part).hidden = false;
  }

  if (part.dataset.progress === "home") home();
  else if (part.dataset.progress === "module") module();
  else curriculum();
})();
