// One take: from the first sound that arrives until the chosen length is full.

const HANDLING_S = 0.5;
const SHORTEST_TAKE_S = 1;
const BIN_S = 0.01;

class Session {
  constructor(length_s) {
    this.length_s = length_s;
    this.blocks = [];
    this.nSamples = 0;
    this.lows = [];
    this.highs = [];
    this.judge = new Judge();
    this.hasSound = false;
  }

  /** Add a block; digital silence before the first sound is the device waking up and does not count. */
  add(block, sampleRate) {
    this.sampleRate = sampleRate;
    const reading = this.judge.addBlock(block, sampleRate);
    this.hasSound = this.hasSound || block.some((value) => value !== 0);
    if (!this.hasSound) return reading;
    this.blocks.push(block);
    this.nSamples += block.length;
    this.addEnvelope(block);
    return reading;
  }

  addEnvelope(block) {
    const nBin = Math.round(BIN_S * this.sampleRate);
    for (let at = 0; at < block.length; at += nBin) {
      const bin = block.subarray(at, at + nBin);
      this.lows.push(Math.min(...bin));
      this.highs.push(Math.max(...bin));
    }
  }

  /** Seconds that count: what arrived, less the handling at the start. */
  get elapsed_s() {
    return this.nSamples ? Math.max(0, this.nSamples / this.sampleRate - HANDLING_S) : 0;
  }

  /** Seconds that would be kept if the take ended now. */
  get kept_s() {
    return Math.min(this.length_s, Math.max(0, this.elapsed_s - HANDLING_S));
  }

  get isFull() {
    return this.nSamples > 0 && this.nSamples >= Math.round((this.length_s + 2 * HANDLING_S) * this.sampleRate);
  }

  get isLongEnough() {
    return this.kept_s >= SHORTEST_TAKE_S;
  }

  /** The take as base64 WAV, without the handling at both ends. */
  toWav() {
    const from = Math.round(HANDLING_S * this.sampleRate);
    const to = Math.min(this.nSamples - from, from + Math.round(this.length_s * this.sampleRate));
    return toBase64(encodeWav(joinBlocks(this.blocks, from, to), this.sampleRate));
  }
}
