// @ts-check
// The page of results: what is asked stands in its address.
(() => {
  "use strict";
  const find = /** @type {any} */ (window).tiltyardFind;
  const page = document.querySelector("#search-page");
  if (!find || !(page instanceof HTMLElement)) return;
  page.dataset.held = "";
  const { search, small, make, lines, address: addressOf, notes, counted, recent } = find;
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
    return make("li", { "data-kind": item.kind }, kind, make("a", { href: addressOf(item) }, title), ...rest);
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
    for (const [name, near] of find.engine.table.facets) {
      const fill = async () => {
        const among = chosen.has(name) ? await search(whole(text, name)) : found;
        return buttons(name, (await find.engine.facet(name, among.pages)).slice(0, 24));
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
      draw(await find.engine.describe(found, pages, small()));
      if (mine !== turn) return;
      status.textContent = counted(found);
      note.replaceChildren(...notes(found, (again) => ((input.value = again), update())));
      more.hidden = found.pages.length <= length;
      if (!small()) {
        const interest = async () => mine === turn && draw(await find.engine.describe(found, pages, true));
        for (const sign of ["pointermove", "keydown", "scroll", "touchstart"]) addEventListener(sign, interest, { once: true, passive: true });
      }
      await drawFacets(text, found, mine);
    } catch {
      if (mine === turn) status.textContent = "The index of this site cannot be read.";
    }
  }

  document.addEventListener("keydown", (event) => {
    if (!find.asked(event)) return;
    event.preventDefault();
    input.select();
  });
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
