// @ts-check
// The plain meaning of a word of the glossary where the word stands: on hover, on focus, on the first touch; Escape hides it.
// Without this file the word is a link to the glossary.
(() => {
  "use strict";
  /** @type {HTMLElement | null} */
  let open = null;
  const hide = () => {
    if (open) open.hidden = true;
    open = null;
  };
  let count = 0;
  /** @param {ParentNode} part */
  const enhance = (part) => {
    for (const link of part.querySelectorAll("a.term")) {
      const word = link.querySelector("abbr[title]");
      const parent = link.parentNode;
      if (!word || !parent || !(link instanceof HTMLElement)) continue;
      const box = document.createElement("span");
      box.className = "term-box";
      const tip = document.createElement("span");
      tip.className = "term-tip";
      tip.id = `term-tip-${++count}`;
      tip.setAttribute("role", "tooltip");
      tip.textContent = word.getAttribute("title");
      tip.hidden = true;
      word.removeAttribute("title");
      link.setAttribute("aria-describedby", tip.id);
      parent.insertBefore(box, link);
      box.append(link, tip);
      const show = () => {
        if (open === tip) return;
        hide();
        tip.classList.remove("left");
        tip.hidden = false;
        tip.classList.toggle("left", tip.getBoundingClientRect().right > document.documentElement.clientWidth - 8);
        open = tip;
      };
      let touched = false;
      box.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && show());
      box.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && link !== document.activeElement && hide());
      link.addEventListener("pointerdown", (event) => (touched = event.pointerType === "touch" && open !== tip));
      link.addEventListener("focus", show);
      link.addEventListener("blur", hide);
      link.addEventListener("click", (event) => {
        // The first touch shows the meaning, the second one follows the link.
        if (touched) event.preventDefault();
        touched = false;
        show();
      });
    }
  };
  enhance(document);
  // The preview puts new parts into a page.
  document.addEventListener("tiltyard:replaced", (one) => enhance(/** @type {CustomEvent} */ (one).detail));
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  document.addEventListener("pointerdown", (event) => {
    if (open && event.target instanceof Node && !open.parentNode?.contains(event.target)) hide();
  });
})();
