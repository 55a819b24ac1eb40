// The microphone as a stream of blocks: mono, unprocessed, at the device's own rate.

const RAW = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, voiceIsolation: false };

// Posts of 128 frames lose audio when the page is busy, so the worklet collects 8192 before it posts.
const WORKLET = `
class BlockCollector extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Float32Array(8192);
    this.filled = 0;
  }
  process([channels]) {
    if (!channels.length) return true;
    const samples = channels[0];
    for (let i = 0; i < samples.length; i += 1) {
      this.block[this.filled] = samples[i];
      this.filled += 1;
      if (this.filled === this.block.length) this.send();
    }
    return true;
  }
  send() {
    this.port.postMessage(this.block, [this.block.buffer]);
    this.block = new Float32Array(8192);
    this.filled = 0;
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
  const ask = (device) => navigator.mediaDevices.getUserMedia({ audio: { ...RAW, channelCount: { ideal: 1 }, ...device }, video: false });
  try {
    return await ask(deviceId ? { deviceId: { exact: deviceId } } : {});
  } catch (error) {
    if (!deviceId || problemOf(error) !== "missing") throw error;
    return ask({});
  }
}

class Microphone {
  /** Ask for the microphone; rejects as getUserMedia does. `onBlock` gets Float32Array(8192), `onEnded` a lost device. */
  static async open({ deviceId, onBlock, onEnded }) {
    const microphone = new Microphone(await openStream(deviceId), onEnded);
    try {
      await microphone.connect(onBlock);
    } catch (error) {
      microphone.close();
      throw error;
    }
    return microphone;
  }

  constructor(stream, onEnded) {
    this.stream = stream;
    [this.track] = stream.getAudioTracks();
    this.track.addEventListener("ended", onEnded);
    this.onEnded = onEnded;
    this.settings = this.track.getSettings();
    this.context = new AudioContext({ latencyHint: "playback" });
    this.sampleRate = this.context.sampleRate;
  }

  async connect(onBlock) {
    const url = URL.createObjectURL(new Blob([WORKLET], { type: "text/javascript" }));
    try {
      await this.context.audioWorklet.addModule(url);
    } finally {
      URL.revokeObjectURL(url);
    }
    const source = this.context.createMediaStreamSource(this.stream);
    const collector = new AudioWorkletNode(this.context, "heart-block-collector", {
      numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit", channelInterpretation: "speakers",
    });
    this.analyser = new AnalyserNode(this.context, { fftSize: 32768, smoothingTimeConstant: 0.8, minDecibels: -140, maxDecibels: 0 });
    this.levels = new Float32Array(this.analyser.frequencyBinCount);
    collector.port.onmessage = (message) => onBlock(message.data);
    source.connect(collector);
    source.connect(this.analyser);
    this.port = collector.port;
    await this.context.resume();
  }

  /** Levels in dB of the bins from 0 to 8000 Hz, with the width of a bin in Hz. */
  spectrum() {
    const binHz = this.sampleRate / this.analyser.fftSize;
    this.analyser.getFloatFrequencyData(this.levels);
    return { levels: this.levels.subarray(0, Math.ceil(8000 / binHz)), binHz };
  }

  close() {
    this.track.removeEventListener("ended", this.onEnded);
    if (this.port) this.port.onmessage = null;
    this.stream.getTracks().forEach((track) => track.stop());
    if (this.context.state !== "closed") this.context.close();
  }
}
