// Reveals the button of each live figure. Until a reader presses it, the page loads nothing more.
"use strict";

for (const place of /** @type {NodeListOf<HTMLElement>} */ (
  document.querySelectorAll("[data-live]")
)) {
  const button = /** @type {HTMLButtonElement} */ (place.querySelector(".live-start"));
  const { live, root, version } = place.dataset;
  const start = () => {
    if (window.ConvbookLive) return ConvbookLive.toggle(place);
    const script = document.createElement("script");
    script.src = `${root}/live/start.js?v=${version}`;
    script.onload = () => ConvbookLive.toggle(place);
    script.onerror = () => button.after("This figure cannot be started: live/start.js is missing.");
    document.head.append(script);
  };
  button.hidden = false;
  button.onclick = start;
  if (location.hash.startsWith(`#${live}?`)) start();
}
