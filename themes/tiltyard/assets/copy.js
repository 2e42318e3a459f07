// @ts-check
// Puts a button on every block of code that copies it.
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  /** @param {ParentNode} part */
  const enhance = (part) => {
    for (const pre of part.querySelectorAll("figure.code pre")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy";
      button.setAttribute("aria-live", "polite");
      button.addEventListener("click", async () => {
        let said = "Copied";
        try {
          await navigator.clipboard.writeText(pre.textContent ?? "");
        } catch {
          said = "Not allowed";
        }
        button.textContent = said;
        setTimeout(() => (button.textContent = "Copy"), 2000);
      });
      pre.parentElement?.append(button);
    }
  };
  enhance(document);
  // The preview puts new parts into a page.
  document.addEventListener("tiltyard:replaced", (one) => enhance(/** @type {CustomEvent} */ (one).detail));
})();
