// @ts-check
// Narrows the list of findings by scanner, language, weakness and service. A list on one page tells its facets itself; a list that is cut into
// pages has a file with all of them, asked for when it is wanted. What is chosen stands in the address. Without this file the facets are
// headings with links.
(() => {
  "use strict";
  const place = document.querySelector(".filter");
  if (!(place instanceof HTMLElement)) return;
  place.dataset.held = "";
  /** @typedef {{id: string, label: string, values: [string, string, Set<number>][]}} Facet */
  /** Rows drawn at once of a list that is cut into pages. */
  const MOST = 100;
  const file = place.dataset.file;
  const groups = [...document.querySelectorAll("section.group")].filter((group) => group !== place);
  const rows = groups.flatMap((group) => [...group.querySelectorAll("li.card")]);
  /** @type {Facet[]} */
  let facets = [];
  /** Title and address of every page. @type {[string, string][]} */
  let pages = [];
  /** @type {Map<string, string>} */
  const chosen = new Map();

  /** @param {string} name @param {Record<string, string>} attributes @param {(Node | string)[]} inside */
  function make(name, attributes, ...inside) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  }

  const fields = make("div", { class: "filter-fields" });
  const clear = make("button", { type: "button", class: "filter-clear", hidden: "" }, "Show all");
  const status = make("p", { role: "status" });
  const list = make("ul", { class: "compact" });
  const more = make("button", { type: "button", class: "filter-clear", hidden: "" }, "Show more");
  const form = make("form", { class: "filter-form", role: "search", "aria-label": "Narrow the list" }, fields, clear, status);
  form.addEventListener("submit", (event) => event.preventDefault());

  /** The facets that the page itself has: an answer's links are the addresses of its cards. */
  function read() {
    /** @type {Map<string, number>} */
    const at = new Map();
    rows.forEach((row, i) => at.set(row.querySelector(".card-title a")?.getAttribute("href") ?? "", i));
    pages = rows.map(() => ["", ""]);
    facets = [...place.querySelectorAll("details[data-facet]")].map((facet) => ({
      id: facet.getAttribute("data-facet") ?? "",
      label: facet.getAttribute("data-label") ?? "",
      values: [...facet.querySelectorAll("[data-value]")].map((value) => {
        const of = [...value.querySelectorAll("a")].map((a) => at.get(a.getAttribute("href") ?? "") ?? -1);
        return [value.getAttribute("data-value") ?? "", value.querySelector("dt")?.textContent ?? "", new Set(of)];
      }),
    }));
  }

  /** The pages that have every answer chosen, but for one facet's. @param {string} [but] */
  function matching(but) {
    let found = pages.map((_, i) => i);
    for (const facet of facets) {
      const value = facet.id !== but && facet.values.find(([id]) => id === chosen.get(facet.id));
      if (value) found = found.filter((i) => value[2].has(i));
    }
    return found;
  }

  /** Options say how many pages each would leave; those that would leave none cannot be chosen. */
  function count() {
    for (const facet of facets) {
      const others = matching(facet.id);
      for (const option of fields.querySelectorAll(`select[name="${facet.id}"] option[value]`)) {
        if (!(option instanceof HTMLOptionElement) || !option.value) continue;
        const value = facet.values.find(([id]) => id === option.value);
        const left = value ? others.filter((i) => value[2].has(i)).length : 0;
        option.textContent = `${value?.[1]} (${left})`;
        option.disabled = !left && chosen.get(facet.id) !== option.value;
      }
    }
  }

  /** @param {number[]} found @param {number} from */
  function draw(found, from) {
    const next = found.slice(from, from + MOST).map((i) => make("li", { class: "card" }, make("p", { class: "card-title" }, make("a", { href: pages[i][1] }, pages[i][0]))));
    if (from) list.append(...next);
    else list.replaceChildren(...next);
    more.hidden = found.length <= from + MOST;
    more.onclick = () => {
      draw(found, from + MOST);
      next.length && list.children[from + MOST]?.querySelector("a")?.focus();
    };
  }

  function show() {
    const found = matching();
    const all = !chosen.size;
    clear.hidden = all;
    status.textContent = all ? "" : `${found.length} of ${pages.length} findings`;
    if (file) {
      draw(all ? [] : found, 0);
      for (const group of groups) group.hidden = !all;
    } else {
      const kept = new Set(found);
      rows.forEach((row, i) => (row.hidden = !kept.has(i)));
      for (const group of groups) {
        const left = group.querySelectorAll("li.card:not([hidden])").length;
        group.hidden = !left;
        const number = group.querySelector("h2 .count")?.firstChild;
        if (number) number.textContent = String(left);
      }
    }
    for (const link of document.querySelectorAll(".contents a")) {
      const to = document.getElementById(link.hash.slice(1));
      link.parentElement.hidden = !!to && groups.includes(to) && to.hidden;
    }
    count();
  }

  /** Keeps what is chosen in the address, beside what else stands there. */
  function remember() {
    const query = new URLSearchParams(location.search);
    for (const facet of facets) {
      const value = chosen.get(facet.id);
      if (value === undefined) query.delete(facet.id);
      else query.set(facet.id, value);
    }
    const text = String(query);
    try {
      history.replaceState(null, "", (text ? "?" + text : location.pathname) + location.hash);
    } catch {
      // A page from a folder may have no history of its own.
    }
  }

  /** Draws the fields once the facets are known. */
  function fill() {
    for (const facet of facets) {
      const select = make("select", { name: facet.id }, make("option", { value: "" }, "Any"));
      for (const [id, label] of facet.values) select.append(make("option", { value: id }, label));
      select.addEventListener("change", () => {
        if (select.value) chosen.set(facet.id, select.value);
        else chosen.delete(facet.id);
        remember();
        show();
      });
      fields.append(make("label", {}, make("span", {}, facet.label), select));
    }
    adopt();
  }

  /** Takes what the address says; what it says of no answer is passed over. */
  function adopt() {
    const query = new URLSearchParams(location.search);
    chosen.clear();
    for (const facet of facets) {
      const value = query.get(facet.id);
      const known = facet.values.some(([id]) => id === value);
      if (known) chosen.set(facet.id, value ?? "");
      const select = fields.querySelector(`select[name="${facet.id}"]`);
      if (select instanceof HTMLSelectElement) select.value = known ? value ?? "" : "";
    }
    show();
  }

  clear.addEventListener("click", () => {
    chosen.clear();
    for (const select of fields.querySelectorAll("select")) select.value = "";
    remember();
    show();
    fields.querySelector("select")?.focus();
  });
  addEventListener("pageshow", (event) => event.persisted && adopt());

  const heading = place.querySelector("h2");
  heading?.after(form);
  if (!file) {
    read();
    for (const facet of place.querySelectorAll("details[data-facet]")) facet.hidden = true;
    fill();
    return;
  }
  place.append(list, more);
  const open = make("button", { type: "button", class: "filter-clear" }, "Narrow the list");
  const load = () => {
    open.remove();
    status.textContent = "Reading the list …";
    // @ts-ignore
    window.tiltyardFilter = (/** @type {any} */ told) => {
      pages = told.pages;
      facets = told.facets.map((/** @type {any} */ facet) => ({ ...facet, values: facet.values.map((/** @type {any} */ [id, label, of]) => [id, label, new Set(of)]) }));
      status.textContent = "";
      fill();
    };
    const script = make("script", { src: file });
    script.addEventListener("error", () => (status.textContent = "The list cannot be read."));
    document.head.append(script);
  };
  open.addEventListener("click", load);
  form.prepend(open);
  if (/[?&](scanner|language|cwe|service)=/.test(location.search)) load();
})();
