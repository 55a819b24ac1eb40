// A running verdict on what arrives, in plain words.

const FULL_SCALE = 0.999;
const QUIET_PEAK_DB = -40;
const HUM_EXCESS_DB = 18;
const HIGH_SHARE = 0.6; // as in heart/signal/quality.py; clean recordings of PhysioNet 2016 and PASCAL 2011 stay below 0.5
const LOW_LOSS_DB = -25;
const AUDIBLE_DB = -85;
const FIRST_VERDICT_S = 1.5;
const MEMORY_S = 3;

const VERDICTS = {
  waiting: ["", "Listening. Keep the stethoscope still; leave the first and last half second to us."],
  silent: ["warn", "Nothing but silence arrives. Check that the microphone is on and not muted."],
  clipping: ["warn", "Too loud: the signal clips. Turn the input level down or press more lightly."],
  quiet: ["warn", "Very quiet. Press the chest piece on firmly, choose another spot, or turn the input level up."],
  hum: ["warn", "Mains hum. Move away from chargers and cables, or unplug the power supply."],
  noisy: ["warn", "Noise covers the heart. Quiet the room, and press the chest piece on firmly."],
  thin: ["warn", "The low frequencies of the heart are missing. Switch off noise reduction in the system or choose another input."],
  good: ["good", "Good level. Keep still and quiet until the time is up."],
};

/** Decibels of a power; of an amplitude it is half. */
const decibel = (power) => 10 * Math.log10(power + 1e-20);

function sumPower(spectrum, binHz, lowHz, highHz) {
  return spectrum.subarray(Math.ceil(lowHz / binHz), Math.floor(highHz / binHz) + 1).reduce((sum, power) => sum + power, 0);
}

function meanPower(spectrum, binHz, lowHz, highHz) {
  const n = Math.min(spectrum.length, Math.floor(highHz / binHz) + 1) - Math.ceil(lowHz / binHz);
  return n > 0 ? sumPower(spectrum, binHz, lowHz, highHz) / n : 0;
}

/** Share of the power from 20 to 8000 Hz that lies above 400 Hz, where rooms and voices are. */
function highShare(spectrum, binHz) {
  return sumPower(spectrum, binHz, 400, 8000) / (sumPower(spectrum, binHz, 20, 8000) + 1e-20);
}

/** How far a narrow line at `hz` stands above its surroundings, in dB. */
function lineExcess(spectrum, binHz, hz) {
  const line = meanPower(spectrum, binHz, hz - 1.5, hz + 1.5);
  const around = Math.max(meanPower(spectrum, binHz, hz - 16, hz - 8), meanPower(spectrum, binHz, hz + 8, hz + 16));
  return decibel(line) - decibel(around);
}

/** Stands in for a few seconds of signal: peaks and clipping by block, power by frequency. */
class Judge {
  constructor() {
    this.heard_s = 0;
    this.blocks = [];
    this.spectrum = null;
  }

  /** Take in one block of samples. */
  addBlock(block, sampleRate) {
    let peak = 0;
    let power = 0;
    let nFull = 0;
    for (const value of block) {
      const size = Math.abs(value);
      if (size > peak) peak = size;
      if (size >= FULL_SCALE) nFull += 1;
      power += value * value;
    }
    const duration_s = block.length / sampleRate;
    this.heard_s += duration_s;
    this.blocks.push({ at_s: this.heard_s, peak, power: power / block.length, nFull });
    while (this.blocks[0].at_s < this.heard_s - MEMORY_S) this.blocks.shift();
    const recent = Math.max(...this.blocks.map((held) => held.peak));
    return { peak_db: 2 * decibel(recent), rms_db: decibel(power / block.length), isClipped: nFull > 2 };
  }

  /** Take in one spectrum in dB per bin; old ones fade over about three seconds. */
  addSpectrum(levels, binHz) {
    this.binHz = binHz;
    const fresh = Float32Array.from(levels, (level) => 10 ** (Math.max(level, -200) / 10));
    this.spectrum = this.spectrum ? this.spectrum.map((old, i) => 0.9 * old + 0.1 * fresh[i]) : fresh;
  }

  /** The name of the most pressing verdict. */
  verdict() {
    if (this.heard_s < FIRST_VERDICT_S || !this.spectrum) return "waiting";
    const peak = Math.max(...this.blocks.map((block) => block.peak));
    if (peak === 0) return "silent";
    if (this.blocks.some((block) => block.nFull > 2)) return "clipping";
    if (2 * decibel(peak) < QUIET_PEAK_DB) return "quiet";
    if (Math.max(lineExcess(this.spectrum, this.binHz, 50), lineExcess(this.spectrum, this.binHz, 60)) > HUM_EXCESS_DB) return "hum";
    if (this.heard_s >= MEMORY_S && highShare(this.spectrum, this.binHz) > HIGH_SHARE) return "noisy";
    const low = decibel(meanPower(this.spectrum, this.binHz, 25, 45));
    const middle = decibel(meanPower(this.spectrum, this.binHz, 55, 150));
    return middle > AUDIBLE_DB && low - middle < LOW_LOSS_DB ? "thin" : "good";
  }
}
