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
  slider.min = slider.value = 0;
  slider.step = "any";

  const showState = () => { button.textContent = video.paused ? "Play" : "Pause"; };
  const showPosition = () => { slider.value = video.currentTime; };
  const load = () => new Promise((loaded) => {
    if (video.readyState >= 1) return loaded();
    video.addEventListener("loadedmetadata", loaded, { once: true });
    video.preload = "auto";
    video.load();
  });

  button.addEventListener("click", () => (video.paused ? video.play() : video.pause()));
  slider.addEventListener("input", async () => {
    const share = slider.value / slider.max;
    video.pause();
    await load();
    video.currentTime = share * video.duration;
  });
  video.addEventListener("loadedmetadata", () => { slider.max = video.duration; });
  video.addEventListener("timeupdate", showPosition);
  video.addEventListener("play", showState);
  video.addEventListener("pause", showState);

  showState();
  bar.append(button, slider);
  video.after(bar);
  video.controls = false;
}
