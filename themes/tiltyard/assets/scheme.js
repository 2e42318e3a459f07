// @ts-check
// Lets a reader choose light, dark, or what the system says. The choice stays in this browser.
(() => {
  "use strict";
  const KEY = "tiltyard-scheme";
  /** @type {readonly string[]} */
  const schemes = ["auto", "light", "dark"];

  /** @returns {string} what was chosen; storage may be closed to us, as it is for some files and in private windows */
  function chosen() {
    try {
      const kept = localStorage.getItem(KEY);
      return kept && schemes.includes(kept) ? kept : "auto";
    } catch {
      return "auto";
    }
  }

  /** @param {string} scheme */
  function keep(scheme) {
    try {
      localStorage.setItem(KEY, scheme);
    } catch {
      // It holds for this page then.
    }
  }

  /** @param {string} scheme */
  function show(scheme) {
    const root = document.documentElement;
    if (scheme === "auto") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", scheme);
    const word = document.querySelector(".scheme-word span");
    if (word) word.textContent = scheme;
  }

  let scheme = chosen();
  show(scheme);
  const button = document.querySelector("button.scheme");
  if (!(button instanceof HTMLButtonElement)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    scheme = schemes[(schemes.indexOf(scheme) + 1) % schemes.length] ?? "auto";
    show(scheme);
    keep(scheme);
  });
})();
