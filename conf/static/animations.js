// Puts an animation's controls below it, where they hide nothing. Without this script the browser
// shows its own, over the picture. Nothing moves before the reader asks for it.
for (const video of document.querySelectorAll("video.example-image")) {
  const button = document.createElement("button");
  const slider = document.createElement("input");
  const bar = document.createElement("div");
  bar.className = "player";
  button.type = "button";
  slider.type = "range";
  slider.setAttribute("aria-label", "Position in the animation");
  slider.min = 0;
  slider.max = 1;  // of its length, until that is known
  slider.step = "any";
  slider.value = 1;  // the poster is the last frame

  const showState = () => { button.textContent = video.paused ? "Play" : "Pause"; };
  const showPosition = () => { slider.value = video.currentTime; };
  // A reader may ask for a position before the length is known; it waits for that in `wanted`.
  let wanted = null;
  const seek = () => {
    if (!Number.isFinite(video.duration)) return;
    slider.max = video.duration;
    if (wanted === null) return;
    video.currentTime = wanted * video.duration;
    wanted = null;
  };

  button.addEventListener("click", () => {
    if (!video.paused) return video.pause();
    // Who pauses it before it is loaded interrupts it, which is no error.
    video.play().catch((error) => { if (error.name !== "AbortError") throw error; });
  });
  slider.addEventListener("input", () => {
    wanted = slider.value / slider.max;
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

  showState();
  bar.append(button, slider);
  video.after(bar);
  video.controls = false;
}
