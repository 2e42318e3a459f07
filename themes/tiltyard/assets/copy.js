// @ts-check
// Puts a button on every block of code that copies it.
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  for (const pre of document.querySelectorAll("figure.code pre")) {
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
})();
