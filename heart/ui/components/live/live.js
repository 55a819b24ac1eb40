// The live component's states and controls: idle, asking, listening.

const CHECK_EVERY_MS = 100;
const STALLED_MS = 3000;
const LATE_MS = 8000;

const DELAYS = {
  stalled: "No sound arrives from the microphone. Check that it is connected and switched on, or stop and choose another one.",
  late: "The server is slow to answer. The sound is kept here and sent as soon as it can be.",
};

class Live {
  constructor(root) {
    this.root = root;
    this.parts = partsOf(root);
    this.shown = { rows: [] };
    this.keeper = new Keeper(root, this.parts);
    this.devices = new DevicePicker({ select: this.parts.device, note: this.parts.deviceNote, heard: () => this.microphone });
    this.parts.start.addEventListener("click", () => this.start());
    this.parts.stop.addEventListener("click", () => this.stop());
    this.parts.keep.addEventListener("click", () => this.keep());
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(this.parts.wave);
    this.setState("idle");
    if (obstacle()) this.fail(obstacle());
    else this.devices.list();
  }

  /** Take over what Python found, what it has received, and the current theme. */
  update({ data, setTriggerValue }) {
    this.send = setTriggerValue;
    this.shown = data;
    this.keeper.update(data.keep);
    if (this.queue && data.run === this.queue.run) {
      this.queue.confirm(data.next);
      this.confirmedAt = performance.now();
    }
    this.root.dataset.readAt = data.read_at;
    this.colours = readColours(this.root);
    matchScheme(this.root, this.colours);
    this.showRows();
    this.showWords();
    this.draw();
  }

  setState(state) {
    this.state = state;
    this.root.dataset.state = state;
    const { parts } = this;
    const hadFocus = this.root.contains(this.root.getRootNode().activeElement);
    parts.start.hidden = state === "listening";
    parts.start.disabled = state === "asking" || Boolean(obstacle());
    parts.stop.hidden = state !== "listening";
    parts.device.disabled = state !== "idle";
    if (hadFocus && state === "listening") parts.stop.focus();
    if (hadFocus && state === "idle" && !parts.start.disabled) parts.start.focus();
  }

  async start() {
    const ask = {};
    this.asking = ask;
    this.parts.problem.hidden = true;
    this.setState("asking");
    this.say("", "Waiting for the browser's permission to use the microphone…");
    try {
      const microphone = await Microphone.open({
        deviceId: this.devices.chosen,
        onBlock: (block) => this.receive(block),
        onInput: () => this.showBadge(),
        onLost: (problem) => this.interrupt(problem),
      });
      if (this.asking !== ask) microphone.close();
      else this.listen(microphone);
    } catch (error) {
      if (this.asking === ask) this.fail(problemOf(error));
    }
  }

  listen(microphone) {
    this.microphone = microphone;
    this.queue = new SampleQueue(microphone.sampleRate);
    this.envelope = new RollingEnvelope(microphone.sampleRate);
    this.judge = new Judge();
    this.heardAt = performance.now();
    this.parts.clip.hidden = true;
    this.showBadge();
    this.setState("listening");
    this.parts.stop.focus();
    this.devices.list();
    this.reported = reportedSettings(microphone.settings);
    this.beginTicking();
  }

  keep() {
    this.keeper.ask();
    this.beginTicking();
    this.tick();
  }

  beginTicking() {
    clearInterval(this.ticking);
    this.ticking = setInterval(() => this.tick(), CHECK_EVERY_MS);
  }

  receive(block) {
    if (!this.microphone) return;
    this.heardAt = performance.now();
    if (!this.queue.nWaiting) this.confirmedAt = this.heardAt;
    this.queue.add(block);
    this.envelope.add(block);
    showLevel(this.parts, this.judge.addBlock(block, this.microphone.sampleRate));
    this.draw();
  }

  /** Send what waits, when it is time; after Stop until Python has everything. */
  tick() {
    const now = performance.now();
    const { keeper, queue } = this;
    const wish = keeper.take(now);
    const lot = keeper.isFirst(now) ? null : queue?.take(now, { isEnd: !this.microphone });
    if (wish) this.send("keep", wish);
    if (lot) this.send("sound", { ...lot, settings: this.reported });
    if (!this.microphone && !queue?.nWaiting && !keeper.wish) clearInterval(this.ticking);
    this.showWords();
  }

  stop() {
    this.release();
    this.setState("idle");
    this.showWords();
  }

  /** The sound ends by itself. It does not go on later, so that no run has a cut inside. */
  interrupt(problem) {
    this.stop();
    this.fail(problem);
  }

  /** Stop the tracks and close the audio context. */
  release() {
    this.asking = null;
    if (!this.microphone) return;
    this.microphone.close();
    this.microphone = null;
  }

  fail(problem) {
    this.setState("idle");
    this.say("", "");
    const [title, advice] = PROBLEMS[problem];
    this.parts.problemTitle.textContent = title;
    this.parts.problemText.textContent = advice.replace("press Record again", "press Start again");
    this.parts.problem.hidden = false;
  }

  /** One row for the heart rate and one for each network; their elements are made once. */
  showRows() {
    const names = JSON.stringify(this.shown.rows.map((row) => row.title));
    if (names !== this.rowNames) {
      this.rowNames = names;
      this.rows = this.shown.rows.map(makeRow);
      this.parts.readings.replaceChildren(...this.rows.map((row) => row.box));
    }
    this.shown.rows.forEach((row, i) => {
      showRow(this.rows[i], row, { span_s: stripSpan(this.shown.heard_s) });
    });
  }

  /** What keeps the readings from being those of now: sound that does not arrive, or answers that do not. */
  get delay() {
    const now = performance.now();
    if (now - this.heardAt > STALLED_MS) return "stalled";
    return this.queue.nWaiting && now - this.confirmedAt > LATE_MS ? "late" : null;
  }

  showWords() {
    const { shown, parts } = this;
    const isListening = this.state === "listening";
    const delay = isListening ? this.delay : null;
    if (delay) this.say("warn", DELAYS[delay]);
    else if (isListening) this.say(...this.verdict());
    else if (this.state === "idle" && parts.problem.hidden) {
      this.say("", shown.heard_s ? "Stopped. Keep what was heard, or start again." : "Press Start, then hold the chest piece still.");
    }
    this.showAge({ isOld: !isListening || Boolean(delay) || shown.run !== this.queue.run });
    const heard = isListening ? this.queue.nTotal / this.queue.sampleRate : shown.heard_s;
    parts.clock.textContent = heard ? `${Math.floor(heard)} s heard` : "";
    this.root.dataset.waiting = this.queue?.nWaiting ?? 0;
    this.keeper.show({ isListening });
    this.showGap();
  }

  /** Readings that are not of now are grey, and words say so. */
  showAge({ isOld }) {
    this.parts.readings.classList.toggle("old", isOld);
    this.parts.old.hidden = !isOld || !this.shown.read_at;
  }

  showGap() {
    const { shown, parts } = this;
    const whole = parts.problem.hidden ? "No sound lost" : "No sound lost until then";
    const gap = shown.lost_s ? `${shown.lost_s.toFixed(1)} s of sound were lost on the way` : shown.heard_s ? whole : "";
    parts.gap.className = shown.lost_s ? "lost" : "";
    if (parts.gap.textContent !== gap) parts.gap.textContent = gap;
  }

  showBadge() {
    if (this.microphone) showBadge(this.parts.badge, badgeOf(this.microphone));
  }

  verdict() {
    const { quality, run } = this.shown;
    return run === this.queue.run && quality ? [quality.kind, quality.words] : ["", "Listening. The first reading needs five seconds."];
  }

  say(kind, text) {
    const { status } = this.parts;
    status.className = `status ${kind}`;
    if (status.textContent !== text) status.textContent = text;
  }

  draw() {
    if (!this.colours) return;
    drawRolling(this.parts.wave, this.envelope, this.colours);
    (this.rows ?? []).forEach(({ canvas }, i) => drawStrip(canvas, this.shown.rows[i], { now: this.shown.heard_s, colours: this.colours }));
  }

  close() {
    this.release();
    clearInterval(this.ticking);
    this.resizing.disconnect();
    this.devices.close();
    this.keeper.close();
  }
}

const lives = new WeakMap();

export default function mount(component) {
  const root = component.parentElement.querySelector(".live");
  const { instance, release } = mountOnce(lives, root, () => new Live(root));
  instance.update(component);
  return release;
}
