// Buttons and sliders below and above the view.

const ICONS = { play: "M8 5v14l11-7z", pause: "M7 5h4v14H7zm6 0h4v14h-4z" };
const LAYERS = { showMarks: "marks", showTracks: "tracks", showTiles: "tiles" };

function connectTransport(parts, player) {
  parts.play.addEventListener("click", () => player.toggle());
  parts.loop.addEventListener("click", () => player.toggleLoop());
  parts.from.addEventListener("click", () => player.loopFrom());
  parts.to.addEventListener("click", () => player.loopTo());
  parts.clear.addEventListener("click", () => player.clearLoop());
  parts.zoomIn.addEventListener("click", () => player.zoom(1.5));
  parts.zoomOut.addEventListener("click", () => player.zoom(1 / 1.5));
  parts.fit.addEventListener("click", () => player.fit());
}

function connectListening(root, parts, player) {
  root.querySelectorAll("input[name=preset]").forEach((input) => {
    input.addEventListener("change", () => player.listen({ preset: input.value }));
  });
  parts.speed.addEventListener("input", () => {
    player.speed = Number(parts.speed.value);
    player.applySpeed();
    parts.speedShown.textContent = `${player.speed}×`;
  });
  parts.gain.addEventListener("input", () => {
    const gain_db = Number(parts.gain.value);
    player.listen({ gain_db });
    parts.gainShown.textContent = `${gain_db > 0 ? "+" : gain_db < 0 ? "−" : ""}${Math.abs(gain_db)} dB`;
  });
  parts.shift.addEventListener("click", () => {
    const isShifted = !player.listening.isShifted;
    parts.shift.setAttribute("aria-pressed", isShifted);
    player.listen({ isShifted });
  });
}

function connectLayers(parts, player) {
  Object.entries(LAYERS).forEach(([name, layer]) => {
    parts[name].addEventListener("click", () => {
      player.shown[layer] = !player.shown[layer];
      parts[name].setAttribute("aria-pressed", player.shown[layer]);
      player.paint();
    });
  });
}

function showPlaying(parts, isPlaying) {
  const name = isPlaying ? "Pause" : "Play";
  parts.play.setAttribute("aria-label", name);
  parts.playName.textContent = name;
  parts.playIcon.setAttribute("d", isPlaying ? ICONS.pause : ICONS.play);
}

/** Said beside the layer's button, to eyes and ears, and only when it changes. */
function showCrowded(parts, isCrowded) {
  const words = isCrowded ? "Zoom in for S1 and S2 as lines" : "";
  if (parts.crowded.textContent !== words) parts.crowded.textContent = words;
}

function showTime(parts, time_s, duration_s) {
  const small = document.createElement("small");
  small.textContent = ` / ${duration_s.toFixed(1)} s`;
  parts.clock.replaceChildren(`${time_s.toFixed(1)} s`, small);
  parts.view.setAttribute("aria-valuenow", time_s.toFixed(1));
  parts.view.setAttribute("aria-valuetext", `${time_s.toFixed(1)} of ${duration_s.toFixed(1)} seconds`);
}
