// Of two inputs that differ, the one with the heart.

const CHOICE_S = 1.5; // holds a beat even at 40 per minute
const COMPARED_S = 1.3; // of it; the rest is the first 0.1 s and rounding
const LONGEST_S = 4; // what could be compared by then decides
const MEAN_S = 0.0005; // means over it let pass what lies below about 900 Hz
const REPEAT_S = 0.1; // mains hum of 50 and of 60 Hz repeats after it, a heart does not
const TRACE = 1e-9;

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

/** Means over nMean samples each. */
function shortMeans(samples, nMean) {
  const means = new Float32Array(Math.floor(samples.length / nMean));
  means.forEach((_, i) => {
    for (let k = i * nMean; k < (i + 1) * nMean; k += 1) means[i] += samples[k] / nMean;
  });
  return means;
}

/**
 * Power of a heart in each of two inputs: of what lies below about 900 Hz and is no mains hum. A device that starts, or a machine too
 * busy to listen, gives moments of nothing on both inputs, after which hum goes on out of step; what spans one is left out. Where that
 * leaves nothing, the louder one wins by a trace.
 */
function heartPowers(left, right, sampleRate) {
  const nMean = Math.max(1, Math.round(MEAN_S * sampleRate));
  const nRepeat = Math.round((REPEAT_S * sampleRate) / nMean);
  const [one, other] = [shortMeans(left, nMean), shortMeans(right, nMean)];
  const powers = { left: 0, right: 0, nCompared: 0 };
  let nSince = 0;
  for (let i = 0; i < one.length; i += 1) {
    nSince = one[i] === 0 && other[i] === 0 ? 0 : nSince + 1;
    const isCompared = nSince > nRepeat;
    powers.left += isCompared ? (one[i] - one[i - nRepeat]) ** 2 : TRACE * one[i] ** 2;
    powers.right += isCompared ? (other[i] - other[i - nRepeat]) ** 2 : TRACE * other[i] ** 2;
    powers.nCompared += isCompared ? nMean : 0;
  }
  return powers;
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
    const waiting_s = this.nWaiting / this.sampleRate;
    if (waiting_s < CHOICE_S) return;
    if (waiting_s >= LONGEST_S || this.powers().nCompared >= COMPARED_S * this.sampleRate) this.finish();
  }

  powers() {
    const joined = (side) => joinBlocks(this.waiting.map((pair) => pair[side]), 0, this.nWaiting);
    return heartPowers(joined("left"), joined("right"), this.sampleRate);
  }

  /** Choose by what has come so far and hand on what waits. */
  finish() {
    if (!this.nWaiting) return;
    const { left, right } = this.powers();
    this.chosen = right > left ? "right" : "left";
    this.onChosen(this.chosen);
    this.nWaiting = 0;
    this.waiting.splice(0).forEach((pair) => this.onBlock(pair[this.chosen]));
  }
}
