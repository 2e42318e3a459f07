// @ts-check
// The dialog of search, opened by / or Ctrl+K on every page but that of the results.
(() => {
  "use strict";
  const find = /** @type {any} */ (window).tiltyardFind;
  if (!find) return;
  const { opener, begin, search, small, make, lines, address, notes, counted, recent } = find;
  /** @type {{show: () => void} | undefined} */
  let dialog;

  function makeDialog() {
    if (!document.querySelector("link[data-search]")) document.head.append(make("link", { rel: "stylesheet", "data-search": "", href: opener.dataset.style ?? "" }));
    const input = make("input", { type: "text", role: "combobox", "aria-label": "Search", "aria-expanded": "false", "aria-controls": "find-list", "aria-autocomplete": "list", autocomplete: "off", autocapitalize: "off", spellcheck: "false", inputmode: "search", enterkeyhint: "search", placeholder: "A rule, a CWE, or your own words", maxlength: "1000" });
    const close = make("button", { type: "button", class: "find-close" }, "Close");
    const status = make("p", { role: "status", class: "find-status" });
    const note = make("div", { class: "find-note" });
    const list = make("div", { role: "listbox", id: "find-list", "aria-label": "Results", class: "find-list" });
    const all = make("a", { class: "find-all", href: opener.href }, "All results");
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
    const query = (text) => opener.href + "?q=" + encodeURIComponent(text);

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
        const items = await find.engine.describe(found, found.pages.slice(0, 10), false);
        if (mine !== turn) return;
        draw(found, items);
        shownFor = text;
        const full = await find.engine.describe(found, found.pages.slice(0, small() ? 10 : 3), true);
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

  document.addEventListener("keydown", (event) => {
    if (!find.asked(event)) return;
    event.preventDefault();
    open();
  });
  opener.setAttribute("aria-haspopup", "dialog");
  opener.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open();
  });
})();
