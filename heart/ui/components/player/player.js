// The player: joins the view, the sound and the controls.

const LAST_S = 0.001; // Firefox gives a file up for good once its very end is sought
const AWAKE_WITHIN_MS = 5000;

class Player {
  constructor(root) {
    this.root = root;
    this.parts = partsOf(root);
    this.shown = { marks: true, tracks: true, tiles: true };
    this.listening = { preset: "all", gain_db: 0, isShifted: false };
    this.speed = 1;
    this.isLooping = false;
    connectTransport(this.parts, this);
    connectListening(root, this.parts, this);
    connectLayers(this.parts, this);
    this.gestures = new Gestures(this.parts.view, this);
    panOnOverview(this.parts.overview, this);
    this.resizing = new ResizeObserver(() => this.paint());
    this.resizing.observe(root);
  }

  /** Take over what Python sent and the current theme; position and zoom stay while the audio is the same. */
  async update(sent) {
    performance.mark("heart-player-data");
    this.sent = sent;
    const data = await openData(sent);
    if (this.sent !== sent || this.isClosed) return;
    const isSame = this.data?.wav === data.wav;
    this.data = data;
    this.colours = readColours(this.root);
    matchScheme(this.root, this.colours);
    if (!isSame) this.load();
    this.parts.showMarks.hidden = !data.marks;
    this.parts.showTracks.hidden = !data.tracks.length;
    this.parts.showTiles.hidden = !data.tiles;
    this.root.querySelector(".layers").hidden = !data.marks && !data.tracks.length && !data.tiles;
    this.parts.words.textContent = describe(data);
    fillTable(this.parts.table, data);
    this.paint();
    performance.mark("heart-player-drawn");
  }

  load() {
    this.sound?.close();
    this.sound = new Sound(this.data.file);
    this.sound.set(this.listening);
    this.applySpeed();
    this.sound.element.addEventListener("play", () => this.started());
    this.sound.element.addEventListener("pause", () => this.stopped());
    this.sound.element.addEventListener("ended", () => this.stopped());
    this.sound.element.addEventListener("timeupdate", () => this.keepInLoop());
    this.view = new TimeView(this.data.duration_s);
    this.clearLoop();
    this.parts.silent.hidden = true;
    this.parts.view.setAttribute("aria-valuemax", this.data.duration_s.toFixed(1));
    showPlaying(this.parts, false);
  }

  async toggle() {
    const { sound, loop, data } = this;
    if (sound.isPlaying) {
      sound.pause();
      return;
    }
    const time = sound.element.currentTime;
    const isOutside = loop && (time < loop.start_s || time >= loop.end_s);
    if (isOutside || time >= data.duration_s - 0.02) this.seek(loop?.start_s ?? 0);
    const waiting = setTimeout(() => this.fellSilent(sound), AWAKE_WITHIN_MS);
    try {
      await sound.play();
      this.parts.silent.hidden = true;
    } catch (error) {
      if (error.name !== "AbortError") this.fellSilent(sound); // a pause before the sound began is no fault
    } finally {
      clearTimeout(waiting);
    }
  }

  fellSilent(sound) {
    if (sound !== this.sound || this.isClosed) return;
    this.parts.silent.textContent = SILENT;
    this.parts.silent.hidden = false;
  }

  started() {
    showPlaying(this.parts, true);
    cancelAnimationFrame(this.frame);
    this.animate();
  }

  stopped() {
    showPlaying(this.parts, false);
    cancelAnimationFrame(this.frame);
    this.showCursor();
  }

  animate() {
    this.keepInLoop();
    if (this.pointerIsFree && this.view.follow(this.sound.time_s)) this.paint();
    else this.showCursor();
    this.frame = requestAnimationFrame(() => this.animate());
  }

  get pointerIsFree() {
    return !this.gestures.pointers.size;
  }

  keepInLoop() {
    const { loop, sound } = this;
    if (loop && this.isLooping && sound.isPlaying && sound.element.currentTime >= loop.end_s) sound.seek(loop.start_s);
  }

  seek(time_s) {
    this.sound.seek(Math.min(this.data.duration_s - LAST_S, Math.max(0, time_s)));
    if (this.pointerIsFree && this.view.follow(this.sound.element.currentTime)) this.paint();
    else this.showCursor();
  }

  setLoop(a_s, b_s) {
    const [start, end] = [a_s, b_s].map((time) => Math.min(this.data.duration_s, Math.max(0, time))).sort((a, b) => a - b);
    if (end - start < 0.05) return;
    this.loop = { start_s: start, end_s: end };
    this.setLooping(true);
    this.parts.clear.hidden = false;
    this.say(`Loop from ${start.toFixed(1)} to ${end.toFixed(1)} seconds.`);
    this.showCursor();
  }

  loopFrom() {
    const start = this.sound.element.currentTime;
    this.setLoop(start, this.loop && this.loop.end_s > start ? this.loop.end_s : this.data.duration_s);
  }

  loopTo() {
    const end = this.sound.element.currentTime;
    this.setLoop(this.loop && this.loop.start_s < end ? this.loop.start_s : 0, end);
  }

  clearLoop() {
    this.loop = null;
    this.setLooping(false);
    this.parts.clear.hidden = true;
    this.showCursor();
  }

  toggleLoop() {
    this.setLooping(!this.isLooping);
    this.say(this.isLooping ? "Loop on." : "Loop off.");
  }

  setLooping(isLooping) {
    this.isLooping = isLooping;
    this.sound.element.loop = isLooping && !this.loop;
    this.parts.loop.setAttribute("aria-pressed", isLooping);
  }

  zoom(factor) {
    this.view.zoom(factor, this.sound.element.currentTime);
    this.paint();
  }

  pan(share) {
    this.view.pan(share * this.view.span_s);
    this.paint();
  }

  fit() {
    this.view.fit();
    this.paint();
  }

  listen(changes) {
    Object.assign(this.listening, changes);
    this.sound?.set(changes);
  }

  applySpeed() {
    if (!this.sound) return;
    this.sound.element.defaultPlaybackRate = this.speed;
    this.sound.element.playbackRate = this.speed;
  }

  say(text) {
    this.parts.status.textContent = text;
  }

  paint() {
    const { parts, data, colours, shown } = this;
    if (!data || !parts.view.clientWidth) return;
    const tracks = shown.tracks ? data.tracks : [];
    this.layout = new Layout(parts.view.clientWidth, tracks.length, this.view);
    parts.scene.style.height = `${this.layout.height}px`;
    const { pen } = openCanvas(parts.scene);
    pen.font = `12px ${getComputedStyle(this.root).fontFamily}`;
    paintWave(pen, this.layout, data, colours);
    paintImage(pen, this.layout, data);
    paintBandAxis(pen, this.layout, data.spectrogram.band_hz, colours);
    paintTimeAxis(pen, this.layout, colours);
    if (data.tiles && shown.tiles) paintTiles(pen, this.layout, data.tiles, data.spectrogram.band_hz);
    if (data.marks && shown.marks) paintMarks(pen, this.layout, data.marks, colours);
    showCrowded(parts, Boolean(data.marks && shown.marks && isCrowded(this.layout, data.marks)));
    tracks.forEach((track, index) => paintTrack(pen, this.layout, track, { index, duration_s: data.duration_s, colours }));
    paintOverview(parts.overview, data, this.view, colours);
    this.showCursor();
  }

  showCursor() {
    const { parts, layout, loop } = this;
    if (!layout || !this.sound) return;
    const time = this.sound.time_s;
    const inside = (x) => Math.min(layout.left + layout.width, Math.max(layout.left, x));
    const x = layout.x(time);
    parts.cursor.hidden = x < layout.left - 1 || x > layout.left + layout.width + 1;
    parts.cursor.style.transform = `translateX(${x}px)`;
    parts.selection.hidden = !loop || loop.end_s < this.view.start_s || loop.start_s > this.view.end_s;
    if (loop) {
      const left = inside(layout.x(loop.start_s));
      parts.selection.style.transform = `translateX(${left}px)`;
      parts.selection.style.width = `${inside(layout.x(loop.end_s)) - left}px`;
    }
    showTime(parts, Math.min(time, this.data.duration_s), this.data.duration_s);
  }

  close() {
    this.isClosed = true;
    cancelAnimationFrame(this.frame);
    this.resizing.disconnect();
    this.sound?.close();
  }
}

const players = new WeakMap();

export default function mount(component) {
  const root = component.parentElement.querySelector(".player");
  const { instance, release } = mountOnce(players, root, () => new Player(root));
  instance.update(component.data);
  return release;
}
