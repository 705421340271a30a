// Loads what a live figure needs, and starts it in place of the picture.
"use strict";

globalThis.ConvbookLive ??= (() => {
  /** @type {Record<string, LiveStart>} */
  const figures = {};
  /** @type {Record<string, Promise<void> | undefined>} */
  const loads = {};
  /** @type {WeakMap<HTMLElement, HTMLElement>} */
  const bodies = new WeakMap();
  const live = /** @type {ConvbookLive} */ ({ figures, register, toggle });

  /** @param {string} name @param {LiveStart} start */
  function register(name, start) {
    figures[name] = start;
  }

  /**
   * Loads a script or a style sheet, once. Scripts run in the order in which they are asked for.
   *
   * @param {string} file "live/engine.js", say.
   * @param {DOMStringMap} place What the page says of where the files are.
   */
  function load(file, { root, version }) {
    loads[file] ??= new Promise((loaded, failed) => {
      const [path, kind] = file.replace("live/", "").split(".");
      const node = document.createElement(kind === "css" ? "link" : "script");
      const address = `${root}/${file}?v=${version}`;
      Object.assign(node, { rel: "stylesheet", href: address, src: address, async: false });
      /** @param {string} problem */
      const refuse = (problem) => {
        loads[file] = undefined;
        failed(new Error(`${file} is ${problem}`));
      };
      node.onerror = () => refuse("missing");
      node.onload = () => {
        // A script leaves something under its own name, unless it is cut off.
        const left = path.split("/").reduce((part, key) => part?.[key], /** @type {any} */ (live));
        if (kind === "css" || left) loaded();
        else refuse("damaged");
      };
      document.head.append(node);
    });
    return loads[file];
  }

  /**
   * Shows the live figure of a place, or again its picture. Started once, the figure keeps its state.
   *
   * @param {HTMLElement} place
   */
  async function toggle(place) {
    const button = /** @type {HTMLButtonElement} */ (place.querySelector(".live-start"));
    if (!bodies.has(place) && !(await start(place, button))) return;
    const on = place.classList.toggle("live-on");
    button.textContent = on ? "Back to the picture" : "Try it";
  }

  /** @param {HTMLElement} place @param {HTMLButtonElement} button */
  async function start(place, button) {
    if (button.hasAttribute("aria-busy")) return false;
    button.setAttribute("aria-busy", "true");
    place.querySelector(".live-problem")?.remove();
    const body = document.createElement("div");
    body.className = "live-body";
    // Sphinx takes an arrow key for the way to another page.
    body.addEventListener("keydown", (event) => event.stopPropagation());
    try {
      const { live: name = "", files = "" } = place.dataset;
      await Promise.all(files.split(" ").map((file) => load(file, place.dataset)));
      place.append(body);
      figures[name](body);
      bodies.set(place, body);
    } catch (error) {
      console.warn(error);
      body.className = "live-problem";
      body.setAttribute("role", "alert");
      body.textContent = `This figure cannot be started: ${/** @type {Error} */ (error).message}.`;
      place.append(body);
    }
    button.removeAttribute("aria-busy");
    return bodies.has(place);
  }

  return live;
})();
