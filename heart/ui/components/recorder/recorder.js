// The recorder's states and controls: idle, asking, recording, done.

const STALLED_MS = 4000;
const VERDICT_EVERY_MS = 250;

class Recorder {
  constructor(root) {
    this.root = root;
    this.parts = partsOf(root);
    this.shown = {};
    this.verdictHeld = { name: "waiting", since: 0 };
    this.devices = new DevicePicker({ select: this.parts.device, note: this.parts.deviceNote, heard: () => this.microphone });
    this.listen();
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(this.parts.wave);
    this.setState("idle");
    if (obstacle()) this.fail(obstacle());
    else this.devices.list();
  }

  listen() {
    const { parts } = this;
    parts.record.addEventListener("click", () => this.start());
    parts.stop.addEventListener("click", () => this.finish());
    parts.cancel.addEventListener("click", () => this.cancel());
    parts.discard.addEventListener("click", () => this.send({ discard: true }));
    parts.useCaptured.addEventListener("click", () => this.keep());
    parts.length.addEventListener("input", () => this.showLength());
  }

  /** Take over what Python sent and the current theme. */
  update({ data, setTriggerValue }) {
    this.send = (value) => setTriggerValue("take", value);
    if (data.length_s !== this.shown.length_s) {
      this.parts.length.value = data.length_s;
      this.showLength();
    }
    this.shown = data;
    this.colours = readColours(this.root);
    matchScheme(this.root, this.colours);
    this.parts.discard.hidden = !data.kept || this.isBusy;
    this.parts.recordName.textContent = data.kept ? "Record again" : "Record";
    if (this.state === "idle" || this.state === "done") this.showKept(data.kept);
    this.draw();
  }

  showKept(kept) {
    if (kept) {
      this.say("good", `${kept.duration_s.toFixed(1)} s recorded and handed over; record again to replace it.`);
      return;
    }
    this.say("", "Press Record, then hold the chest piece still. Recording stops by itself.");
    this.session = null;
    this.parts.clock.textContent = "";
  }

  showLength() {
    this.length_s = Number(this.parts.length.value);
    this.parts.lengthShown.textContent = `${this.length_s} s`;
    this.draw();
  }

  get isBusy() {
    return this.state === "asking" || this.state === "recording";
  }

  setState(state) {
    this.state = state;
    this.root.dataset.state = state;
    const isRecording = state === "recording";
    const { parts } = this;
    const isFree = document.activeElement === null || document.activeElement === document.body;
    const hadFocus = this.root.contains(this.root.getRootNode().activeElement) || (this.waitsWithFocus && isFree);
    parts.record.hidden = isRecording;
    parts.record.disabled = state === "asking" || Boolean(obstacle());
    parts.stop.hidden = !isRecording;
    parts.cancel.hidden = !isRecording;
    parts.discard.hidden = !this.shown.kept || this.isBusy;
    parts.device.disabled = this.isBusy;
    parts.length.disabled = this.isBusy;
    this.waitsWithFocus = hadFocus && state === "asking"; // a button that is switched off loses it
    if (hadFocus && isRecording) parts.stop.focus();
    if (hadFocus && !this.isBusy && !parts.record.disabled) parts.record.focus();
  }

  async start() {
    const ask = {};
    this.asking = ask;
    this.clearProblem();
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
      else this.run(microphone);
    } catch (error) {
      if (this.asking === ask) this.fail(problemOf(error));
    }
  }

  run(microphone) {
    this.microphone = microphone;
    this.session = new Session(this.length_s);
    this.heardAt = performance.now();
    this.spectrum = null;
    this.verdictHeld = { name: "waiting", since: 0 };
    this.parts.clip.hidden = true;
    this.showBadge();
    this.setState("recording");
    this.say(...VERDICTS.waiting);
    this.devices.list();
    this.ticking = setInterval(() => this.judge(), VERDICT_EVERY_MS);
    this.frame = requestAnimationFrame(() => this.animate());
  }

  receive(block) {
    const { session, microphone } = this;
    if (!session || !microphone) return;
    showLevel(this.parts, session.add(block, microphone.sampleRate));
    if (session.hasSound) this.heardAt = performance.now();
    if (session.isFull) this.finish();
  }

  animate() {
    if (!this.microphone) return;
    this.spectrum = this.microphone.spectrum();
    this.draw();
    this.showClock();
    this.frame = requestAnimationFrame(() => this.animate());
  }

  judge() {
    const { judge } = this.session;
    const { levels, binHz } = this.microphone.spectrum();
    if (judge.heard_s) judge.addSpectrum(levels, binHz);
    const name = performance.now() - this.heardAt > STALLED_MS ? "silent" : judge.verdict();
    const now = performance.now();
    if (name === this.verdictHeld.name || now - this.verdictHeld.since < 1000) return;
    this.verdictHeld = { name, since: now };
    this.say(...VERDICTS[name]);
  }

  showClock() {
    const elapsed = Math.min(this.session.elapsed_s, this.length_s);
    const left = Math.max(0, this.length_s - elapsed);
    this.parts.clock.textContent = `${elapsed.toFixed(1)} s · ${left.toFixed(1)} s left`;
    this.parts.progress.style.width = `${(100 * elapsed) / this.length_s}%`;
  }

  /** The time is up, or the user has enough. */
  finish() {
    const { session } = this;
    this.release();
    if (!session.hasSound) this.fail("empty");
    else if (!session.isLongEnough) this.fail("short");
    else this.keep();
  }

  keep() {
    this.clearProblem();
    this.setState("done");
    this.say("good", `${this.session.kept_s.toFixed(1)} s recorded and handed over; record again to replace it.`);
    this.parts.clock.textContent = `${this.session.kept_s.toFixed(1)} s`;
    this.send({ wav: this.session.toWav(), settings: this.reported });
  }

  cancel() {
    this.release();
    this.session = null;
    this.setState("idle");
    this.showKept(this.shown.kept);
    this.parts.clock.textContent = "";
    this.draw();
  }

  /** The sound ends half-way: what arrived can still be used. */
  interrupt(problem) {
    const session = this.microphone && this.session;
    this.release();
    this.fail(problem);
    if (!session?.isLongEnough) return;
    this.parts.useCaptured.hidden = false;
    this.parts.useCaptured.textContent = `Use the ${session.kept_s.toFixed(1)} s captured before`;
  }

  /** Stop the tracks, close the audio context, end every timer. */
  release() {
    this.asking = null;
    clearInterval(this.ticking);
    cancelAnimationFrame(this.frame);
    if (!this.microphone) return;
    this.reported = reportedSettings(this.microphone.settings);
    this.microphone.close();
    this.microphone = null;
    this.parts.progress.style.width = "0";
  }

  fail(problem) {
    const [title, advice] = PROBLEMS[problem];
    this.setState("idle");
    this.say("", "");
    this.parts.clock.textContent = "";
    this.parts.problemTitle.textContent = title;
    this.parts.problemText.textContent = advice;
    this.parts.problem.dataset.problem = problem;
    this.parts.problem.hidden = false;
  }

  clearProblem() {
    this.parts.problem.hidden = true;
    this.parts.useCaptured.hidden = true;
  }

  say(kind, text) {
    const { status } = this.parts;
    status.className = `status ${kind}`;
    if (status.textContent !== text) status.textContent = text;
  }

  showBadge() {
    if (this.microphone) showBadge(this.parts.badge, badgeOf(this.microphone));
  }

  draw() {
    if (!this.colours) return;
    drawWave(this.parts.wave, this.session, this.session?.length_s ?? this.length_s, this.colours);
    drawSpectrum(this.parts.spectrum, this.spectrum, this.colours);
  }

  close() {
    this.release();
    this.resizing.disconnect();
    this.devices.close();
  }
}

const recorders = new WeakMap();

export default function mount(component) {
  const root = component.parentElement.querySelector(".recorder");
  const { instance, release } = mountOnce(recorders, root, () => new Recorder(root));
  instance.update(component);
  return release;
}
