// Puts an animation's controls below it, where they hide nothing. Without this script the browser
// shows its own, over the picture. Nothing moves before the reader asks for it, but for a film that
// plays once when it comes into sight.
const IN_SIGHT = 0.6;  // of a film's area

for (const video of document.querySelectorAll("video.example-image")) {
  const button = document.createElement("button");
  const slider = document.createElement("input");
  const bar = document.createElement("div");
  bar.className = "player";
  button.type = "button";
  slider.type = "range";
  slider.setAttribute("aria-label", "Position in the animation");
  slider.min = 0;
  slider.max = 1;  // of its length, which is not known before it is loaded
  slider.step = "any";
  slider.value = video.poster ? 1 : 0;  // the poster is the last frame

  const showState = () => { button.textContent = video.paused ? "Play" : "Pause"; };
  const showPosition = () => { slider.value = video.currentTime / video.duration; };
  // Who pauses it before it is loaded interrupts it, which is no error.
  const play = () => video.play().catch((error) => {
    if (error.name !== "AbortError") throw error;
  });
  // A reader may ask for a position before the length is known; it waits for that in `wanted`.
  let wanted = null;
  const seek = () => {
    if (wanted === null || !Number.isFinite(video.duration)) return;
    video.currentTime = wanted * video.duration;
    wanted = null;
  };

  button.addEventListener("click", () => { if (video.paused) play(); else video.pause(); });
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

  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (video.classList.contains("plays-once") && !still) {
    const observer = new IntersectionObserver((entries) => {
      if (entries.at(-1).intersectionRatio < IN_SIGHT) return;
      observer.disconnect();
      play();
    }, { threshold: IN_SIGHT });
    observer.observe(video);
  }
  showState();
  bar.append(button, slider);
  video.after(bar);
  video.controls = false;
}
