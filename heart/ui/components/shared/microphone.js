// The microphone as a stream of blocks: one input, unprocessed, at the device's own rate.

const RAW = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, voiceIsolation: false };
// The audio thread takes sound up every few milliseconds. On a badly overloaded machine it once waited two seconds; sleep lasts longer.
const GAP_MS = 3000;
const WAKE_MS = 8000;

// Posts of 128 frames lose audio when the page is busy, so the worklet collects 8192 before it posts.
const WORKLET = `
class BlockCollector extends AudioWorkletProcessor {
  constructor() {
    super();
    this.clear();
  }
  clear() {
    this.left = new Float32Array(8192);
    this.right = new Float32Array(8192);
    this.areAlike = true;
    this.filled = 0;
  }
  process([channels]) {
    if (!channels.length) return true;
    const now = Date.now();
    if (now - this.heardAt > ${GAP_MS}) this.port.postMessage({ isGap: true });
    this.heardAt = now;
    const [left, right = left] = channels;
    for (let i = 0; i < left.length; i += 1) {
      this.left[this.filled] = left[i];
      this.right[this.filled] = right[i];
      this.areAlike = this.areAlike && left[i] === right[i];
      this.filled += 1;
      if (this.filled === this.left.length) this.send();
    }
    return true;
  }
  send() {
    const { left, right } = this;
    if (this.areAlike) this.port.postMessage({ left, right: null }, [left.buffer]);
    else this.port.postMessage({ left, right }, [left.buffer, right.buffer]);
    this.clear();
  }
}
registerProcessor("heart-block-collector", BlockCollector);
`;

/** Why this page cannot record at all, or null. */
function obstacle() {
  if (!window.isSecureContext) return "insecure";
  if (!navigator.mediaDevices?.getUserMedia || !window.AudioWorkletNode) return "unsupported";
  return null;
}

/** Sound of a device, or of the default one where that device is gone. An `ideal` device is a hint, which Chromium passes over. */
async function openStream(deviceId) {
  // A browser that is asked for one channel may mix two inputs into it.
  const ask = (device) => navigator.mediaDevices.getUserMedia({ audio: { ...RAW, channelCount: { ideal: 2 }, ...device }, video: false });
  try {
    return await ask(deviceId ? { deviceId: { exact: deviceId } } : {});
  } catch (error) {
    if (!deviceId || problemOf(error) !== "missing") throw error;
    return ask({});
  }
}

class Microphone {
  /**
   * Ask for the microphone; rejects as getUserMedia does. `onBlock` gets Float32Array(8192), `onInput` is called once it is known which
   * of two inputs is taken, and `onLost` gets the problem that ends the sound.
   */
  static async open({ deviceId, ...heed }) {
    const microphone = new Microphone(await openStream(deviceId), heed);
    try {
      await microphone.connect();
    } catch (error) {
      microphone.close();
      throw error;
    }
    return microphone;
  }

  constructor(stream, { onBlock, onInput, onLost }) {
    this.stream = stream;
    [this.track] = stream.getAudioTracks();
    this.track.onended = () => onLost("unplugged");
    this.onInput = onInput;
    this.onLost = onLost;
    this.settings = this.track.getSettings();
    this.context = new AudioContext({ latencyHint: "playback" });
    this.sampleRate = this.context.sampleRate;
    this.choice = new InputChoice({ sampleRate: this.sampleRate, onBlock, onChosen: (input) => this.follow(input) });
    this.screen = new ScreenLock();
  }

  async connect() {
    const url = URL.createObjectURL(new Blob([WORKLET], { type: "text/javascript" }));
    try {
      await this.context.audioWorklet.addModule(url);
    } finally {
      URL.revokeObjectURL(url);
    }
    this.source = this.context.createMediaStreamSource(this.stream);
    const collector = new AudioWorkletNode(this.context, "heart-block-collector", {
      numberOfOutputs: 0, channelCount: 2, channelCountMode: "clamped-max", channelInterpretation: "discrete",
    });
    this.analyser = new AnalyserNode(this.context, { fftSize: 32768, smoothingTimeConstant: 0.8, minDecibels: -140, maxDecibels: 0 });
    this.levels = new Float32Array(this.analyser.frequencyBinCount);
    collector.port.onmessage = ({ data }) => this.receive(data);
    this.source.connect(collector);
    this.source.connect(this.analyser);
    this.port = collector.port;
    await this.wake();
    this.watch();
  }

  /** A context that cannot run, as in Safari during a call and in Firefox without a loudspeaker, never says so. */
  async wake() {
    let waiting;
    const tooLong = new Promise((_, reject) => {
      waiting = setTimeout(() => reject(new DOMException("The audio context does not start.", "TimeoutError")), WAKE_MS);
    });
    await Promise.race([this.context.resume(), tooLong]).finally(() => clearTimeout(waiting));
  }

  /** A call, a locked screen or another app may hold the sound up; what comes after would follow on a cut. */
  watch() {
    this.context.onstatechange = () => {
      if (this.context.state !== "running") this.onLost("interrupted");
    };
    this.track.onmute = () => this.onLost("interrupted");
  }

  receive({ isGap, left, right }) {
    if (isGap) this.onLost("interrupted");
    else this.choice.add(left, right);
  }

  /** Show the spectrum of the chosen input alone. */
  follow(input) {
    this.input = input;
    const splitter = new ChannelSplitterNode(this.context, { numberOfOutputs: 2 });
    this.source.disconnect(this.analyser);
    this.source.connect(splitter).connect(this.analyser, input === "right" ? 1 : 0);
    this.onInput();
  }

  /** Levels in dB of the bins from 0 to 8000 Hz, with the width of a bin in Hz. */
  spectrum() {
    const binHz = this.sampleRate / this.analyser.fftSize;
    this.analyser.getFloatFrequencyData(this.levels);
    return { levels: this.levels.subarray(0, Math.ceil(8000 / binHz)), binHz };
  }

  /** Let the device go; blocks that waited for the choice of an input are handed on first. */
  close() {
    this.choice.finish();
    this.track.onended = null;
    this.track.onmute = null;
    this.context.onstatechange = null;
    if (this.port) this.port.onmessage = null;
    this.screen.release();
    this.stream.getTracks().forEach((track) => track.stop());
    if (this.context.state !== "closed") this.context.close();
  }
}
