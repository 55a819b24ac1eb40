// Of two inputs that differ, the one with the heart.

const CHOICE_S = 1.5; // holds a beat even at 40 per minute
const MEAN_S = 0.0005; // means over it let pass what lies below about 900 Hz
const REPEAT_S = 0.1; // mains hum of 50 and of 60 Hz repeats after it, a heart does not

/** Join Float32 blocks and cut [from, to) samples out of them. */
function joinBlocks(blocks, from, to) {
  const joined = new Float32Array(Math.max(0, to - from));
  let at = 0;
  for (const block of blocks) {
    const start = Math.max(from, at);
    const end = Math.min(to, at + block.length);
    if (end > start) joined.set(block.subarray(start - at, end - at), start - from);
    at += block.length;
  }
  return joined;
}

/** Power of what lies below about 900 Hz and is no mains hum. */
function heartPower(samples, sampleRate) {
  const nMean = Math.max(1, Math.round(MEAN_S * sampleRate));
  const means = new Float32Array(Math.floor(samples.length / nMean));
  means.forEach((_, i) => {
    for (let k = i * nMean; k < (i + 1) * nMean; k += 1) means[i] += samples[k] / nMean;
  });
  const nRepeat = Math.round((REPEAT_S * sampleRate) / nMean);
  return means.subarray(nRepeat).reduce((sum, value, i) => sum + (value - means[i]) ** 2, 0);
}

/**
 * Hands on one block for each that comes. Two inputs that sound alike from the start are one. Blocks of two that differ wait until it
 * is known which has more of a heart's power; that one is taken to the end, and the other is never mixed in: it may hold noise, or the
 * same sound upside down.
 */
class InputChoice {
  constructor({ sampleRate, onBlock, onChosen }) {
    this.sampleRate = sampleRate;
    this.onBlock = onBlock;
    this.onChosen = onChosen;
    this.chosen = null;
    this.waiting = [];
    this.nWaiting = 0;
  }

  /** Take a block of each input; `right` is null where both are alike. */
  add(left, right) {
    if (!this.chosen && !this.nWaiting && !right && left.some((value) => value !== 0)) this.chosen = "left";
    if (this.chosen || (!this.nWaiting && !right)) {
      this.onBlock(this.chosen === "right" && right ? right : left);
      return;
    }
    this.waiting.push({ left, right: right ?? left });
    this.nWaiting += left.length;
    if (this.nWaiting >= CHOICE_S * this.sampleRate) this.finish();
  }

  /** Choose by what has come so far and hand on what waits. */
  finish() {
    if (!this.nWaiting) return;
    const power = (side) => heartPower(joinBlocks(this.waiting.map((pair) => pair[side]), 0, this.nWaiting), this.sampleRate);
    this.chosen = power("right") > power("left") ? "right" : "left";
    this.onChosen(this.chosen);
    this.nWaiting = 0;
    this.waiting.splice(0).forEach((pair) => this.onBlock(pair[this.chosen]));
  }
}
