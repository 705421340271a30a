// What a figure does: it opens large, in the page, and an animation has its controls below it, where
// they hide nothing. Without this script a picture links to its file, and the browser shows its own
// controls, over an animation.
{
  const viewer = document.createElement("dialog");
  viewer.className = "viewer";
  viewer.innerHTML = `<div class="pane" tabindex="0" role="group"
    aria-label="Figure, moved by the arrow keys"></div>
    <div class="figure-bar"><p></p><button type="button">Close</button></div>`;
  const [pane, foot] = viewer.children;
  const [caption, close] = foot.children;
  let grip;

  // Opens a copy of a picture or a film, with what controls it. Closing gives the focus back.
  const open = (opener, shown, copy, controls) => {
    opener.focus({ preventScroll: true });  // a mouse does not focus a link in every browser
    const number = shown.closest("figure")?.querySelector(".caption-number");
    caption.textContent = number?.textContent ?? shown.alt ?? shown.getAttribute("aria-label");
    viewer.setAttribute("aria-label", caption.textContent);
    copy.style.setProperty("--width", `${shown.getAttribute("width")}px`);
    copy.style.setProperty("--height", `${shown.getAttribute("height")}px`);
    pane.replaceChildren(copy);
    foot.replaceChildren(caption, ...controls, close);
    document.body.append(viewer);
    viewer.showModal();
    pane.focus();
  };
  close.addEventListener("click", () => viewer.close());
  viewer.addEventListener("close", () => {
    viewer.remove();
    pane.replaceChildren();  // which stops a film
  });
  // Sphinx takes an arrow key for the way to the next page.
  viewer.addEventListener("keydown", (event) => event.stopPropagation());

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.only-light, a.only-dark");
    const shown = link?.querySelector("img.example-image");
    if (!shown || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const copy = Object.assign(new Image(), { alt: shown.alt, src: link.href, draggable: false });
    // A mouse or a finger points at what it wants to see; the key Enter does not.
    const x = event.detail && event.offsetX / shown.width;
    const y = event.detail && event.offsetY / shown.height;
    copy.addEventListener("load", () => {
      copy.className = "large";  // until then it is its text, which wraps as text does
      pane.scrollTo(x * pane.scrollWidth - pane.clientWidth / 2,
                    y * pane.scrollHeight - pane.clientHeight / 2);
    });
    open(link, shown, copy, []);
  });

  // A finger scrolls by itself; a mouse takes hold of the picture.
  pane.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button || event.target === pane) return;
    grip = [pane.scrollLeft + event.clientX, pane.scrollTop + event.clientY];
    pane.setPointerCapture(event.pointerId);
  });
  pane.addEventListener("pointermove", (event) => {
    if (!pane.hasPointerCapture(event.pointerId)) return;
    pane.scrollTo(grip[0] - event.clientX, grip[1] - event.clientY);
  });

  const labelled = (text) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    return button;
  };

  // Returns what plays an animation and what seeks in it. Nothing moves before the reader asks.
  const controls = (video) => {
    const button = labelled("Play");
    const slider = document.createElement("input");
    slider.type = "range";
    slider.setAttribute("aria-label", "Position in the animation");
    slider.min = 0;
    slider.max = 1;  // of its length, which is not known before it is loaded
    slider.step = "any";
    slider.value = video.poster ? 1 : 0;  // the poster is the last frame

    const showState = () => { button.textContent = video.paused ? "Play" : "Pause"; };
    const showPosition = () => { slider.value = video.currentTime / video.duration; };
    // A reader may ask for a position before the length is known; it waits for that in `wanted`.
    let wanted = null;
    const seek = () => {
      if (wanted === null || !Number.isFinite(video.duration)) return;
      video.currentTime = wanted * video.duration;
      wanted = null;
    };

    button.addEventListener("click", () => { if (video.paused) play(video); else video.pause(); });
    slider.addEventListener("input", () => {
      wanted = slider.value;
      video.pause();
      if (video.preload === "none") {
        video.preload = "auto";
        if (video.readyState === 0) video.load();
      }
      seek();
    });
    video.addEventListener("loadedmetadata", seek);
    video.addEventListener("timeupdate", showPosition);
    video.addEventListener("play", showState);
    video.addEventListener("pause", showState);
    video.controls = false;
    return [button, slider];
  };

  // Who pauses it before it is loaded interrupts it, which is no error.
  const play = (video) => video.play().catch((error) => {
    if (error.name !== "AbortError") throw error;
  });

  const IN_SIGHT = 0.6;  // of its area, when an animation begins that plays once
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const video of document.querySelectorAll("video.example-image")) {
    const bar = document.createElement("div");
    const enlarge = labelled("Enlarge");
    enlarge.addEventListener("click", () => {
      video.pause();
      const copy = video.cloneNode(true);
      copy.className = "large";
      open(enlarge, video, copy, controls(copy));
    });
    bar.className = "figure-bar";
    bar.append(...controls(video), enlarge);
    video.after(bar);

    if (still || !video.classList.contains("plays-once")) continue;
    const observer = new IntersectionObserver((entries) => {
      if (entries.at(-1).intersectionRatio < IN_SIGHT) return;
      observer.disconnect();
      play(video);
    }, { threshold: IN_SIGHT });
    observer.observe(video);
  }
}
