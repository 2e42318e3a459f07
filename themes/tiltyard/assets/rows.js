// Filters lists by what stands in the data of their rows. Nothing is fetched, nothing is kept.
(() => {
  "use strict";

  /** The values of a row by one name; several stand apart by a bar.
   * @param {HTMLElement} row @param {string} name @returns {string[]} */
  const values = (row, name) => (row.getAttribute(`data-${name}`) || "").split("|").filter(Boolean);

  /** @param {HTMLFormElement} form */
  const start = (form) => {
    const list = document.getElementById(form.dataset.filter || "");
    if (!list) return;
    form.dataset.held = "";
    const status = form.querySelector("[role=status]");
    const selects = /** @type {HTMLSelectElement[]} */ ([...form.querySelectorAll("select[data-by]")]);
    const names = selects.map((select) => select.dataset.by || "");
    const rows = /** @type {HTMLElement[]} */ (
      [...list.querySelectorAll("[data-status]")]
    );
    const show = () => {
      let shown = 0;
      for (const row of rows) {
        const fits = selects.every((select, n) => !select.value || values(row, names[n]).includes(select.value));
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      const filtered = selects.some((select) => select.value);
      if (status) status.textContent = filtered ? `${shown} of ${rows.length} shown` : "";
    };
    selects.forEach((select, n) => {
      const known = [...new Set(rows.flatMap((row) => values(row, names[n])))];
      // Words of a state come in their order; names in that of the alphabet.
      if (names[n] !== "status") known.sort((a, b) => a.localeCompare(b));
      for (const value of known) select.add(new Option(value, value));
      const label = select.closest("label");
      if (label) label.hidden = known.length < 2;
      select.addEventListener("change", show);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    // A link to a row that is filtered away brings everything back.
    window.addEventListener("hashchange", () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (!target || !list.contains(target) || !target.closest("[hidden]")) return;
      selects.forEach((select) => { select.value = ""; });
      show();
      target.scrollIntoView();
    });
    form.hidden = rows.length < 2 || selects.every((select) => select.options.length < 3);
    show();
  };

  document.querySelectorAll("form[data-filter]").forEach((form) => start(/** @type {HTMLFormElement} */ (form)));
})();
