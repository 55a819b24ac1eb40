// What is heard: the file, through a listening preset, perhaps shifted up, with gain.

const PRESETS = { all: null, bell: [20, 200], diaphragm: [100, 500], extended: [20, 1000] };
// Quality factors of the two sections of a fourth-order Butterworth filter, in dB as Web Audio wants them.
const BUTTERWORTH_DB = [0.5412, 1.3066].map((factor) => 20 * Math.log10(factor));
const SHIFT_HZ = 200;
const HILBERT_TAPS = 8191;
const PATIENCE_MS = 200;

/** Band-pass of two high-pass and two low-pass sections: 24 dB per octave on either side. */
function bandPass(context, [low, high]) {
  const section = (type, frequency, Q) => new BiquadFilterNode(context, { type, frequency, Q });
  return [
    ...BUTTERWORTH_DB.map((Q) => section("highpass", low, Q)),
    ...BUTTERWORTH_DB.map((Q) => section("lowpass", high, Q)),
  ];
}

/** Impulse response that turns every frequency by a quarter period (Hilbert transform), Hamming window. */
function hilbertBuffer(context) {
  const buffer = new AudioBuffer({ length: HILBERT_TAPS, sampleRate: context.sampleRate });
  const taps = buffer.getChannelData(0);
  const middle = (HILBERT_TAPS - 1) / 2;
  for (let i = 0; i < HILBERT_TAPS; i += 1) {
    const k = i - middle;
    const taper = 0.54 + 0.46 * Math.cos((Math.PI * k) / middle);
    taps[i] = k % 2 === 0 ? 0 : (2 / (Math.PI * k)) * taper;
  }
  return buffer;
}

/** Moves every frequency up by SHIFT_HZ (single sideband): x cos - H(x) sin. Timing stays; 40 Hz becomes 240 Hz. */
class Shifter {
  constructor(context) {
    this.input = new GainNode(context);
    this.output = new GainNode(context);
    this.delay_s = (HILBERT_TAPS - 1) / 2 / context.sampleRate;
    const straight = new DelayNode(context, { delayTime: this.delay_s, maxDelayTime: 1 });
    const turned = new ConvolverNode(context, { buffer: hilbertBuffer(context), disableNormalization: true });
    const cosine = new PeriodicWave(context, { real: [0, 1], imag: [0, 0], disableNormalization: true });
    this.tones = [
      this.multiply(context, straight, new OscillatorNode(context, { frequency: SHIFT_HZ, periodicWave: cosine }), 1),
      this.multiply(context, turned, new OscillatorNode(context, { frequency: SHIFT_HZ, type: "sine" }), -1),
    ];
    this.tones.forEach((tone) => tone.start());
  }

  multiply(context, branch, tone, sign) {
    const product = new GainNode(context, { gain: 0 });
    const depth = new GainNode(context, { gain: sign });
    this.input.connect(branch).connect(product).connect(this.output);
    tone.connect(depth).connect(product.gain);
    return tone;
  }
}

class Sound {
  constructor(file) {
    this.url = URL.createObjectURL(new Blob([file], { type: "audio/wav" }));
    this.element = new Audio(this.url);
    this.element.preservesPitch = true;
    this.element.addEventListener("waiting", () => this.wake());
    this.preset = "all";
    this.gain_db = 0;
    this.isShifted = false;
  }

  /** The graph is built on the first play: browsers start an audio context only after a user's action. */
  open() {
    if (this.context) return;
    this.context = new AudioContext();
    this.source = new MediaElementAudioSourceNode(this.context, { mediaElement: this.element });
    this.output = new GainNode(this.context);
    this.output.connect(this.context.destination);
    this.route();
  }

  route() {
    if (!this.context) return;
    this.chain?.forEach((node) => node.disconnect());
    const band = PRESETS[this.preset];
    if (this.isShifted) this.shifter ??= new Shifter(this.context);
    this.chain = [this.source, ...(band ? bandPass(this.context, band) : [])];
    this.chain.reduce((from, to) => from.connect(to)).connect(this.isShifted ? this.shifter.input : this.output);
    this.shifter?.output.disconnect();
    if (this.isShifted) this.shifter.output.connect(this.output);
    this.output.gain.value = 10 ** (this.gain_db / 20);
  }

  set(changes) {
    Object.assign(this, changes);
    this.route();
  }

  /** The moment that is heard now, which lags behind the element when the sound is shifted. */
  get time_s() {
    const lag = this.isShifted && this.isPlaying ? this.shifter.delay_s * this.element.playbackRate : 0;
    return Math.max(0, this.element.currentTime - lag);
  }

  get isPlaying() {
    return !this.element.paused;
  }

  /** The whole file is here, yet after some quick seeks Chromium can wait for more of it for ever: seeking to where it stands goes on. */
  wake() {
    clearTimeout(this.waking);
    this.waking = setTimeout(() => {
      const { element } = this;
      const isStuck = this.isPlaying && !element.seeking && element.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
      if (isStuck) this.seek(element.currentTime);
    }, PATIENCE_MS);
  }

  /** Both begin at once: Safari lets the element play within the user's action only, and a context may take long to wake, or never does. */
  async play() {
    this.open();
    await Promise.all([this.context.resume(), this.element.play()]);
  }

  pause() {
    this.element.pause();
  }

  seek(time_s) {
    this.element.currentTime = time_s;
  }

  close() {
    clearTimeout(this.waking);
    this.element.pause();
    this.element.removeAttribute("src");
    this.shifter?.tones.forEach((tone) => tone.stop());
    this.context?.close();
    URL.revokeObjectURL(this.url);
  }
}
