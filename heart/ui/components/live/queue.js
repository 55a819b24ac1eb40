// Samples on their way to Python. They stay here until Python says that it has them.

const SEND_S = 0.5;
const MOST_AT_ONCE_S = 10;
const MOST_WAITING_S = 60;
const ANSWER_WITHIN_MS = 3000;

/** Samples in [-1, 1] as 16-bit little-endian bytes. */
function toPcm(block) {
  const view = new DataView(new ArrayBuffer(2 * block.length));
  block.forEach((value, i) => view.setInt16(2 * i, Math.round(32767 * Math.max(-1, Math.min(1, value))), true));
  return new Uint8Array(view.buffer);
}

class SampleQueue {
  constructor(sampleRate) {
    this.sampleRate = sampleRate;
    this.run = crypto.randomUUID();
    this.blocks = [];
    this.nTotal = 0;
    this.nDropped = 0;
    this.sentTo = 0;
    this.sentAt = -Infinity;
  }

  /** Index of the first sample that Python has not confirmed. */
  get first() {
    return this.blocks.length ? this.blocks[0].first : this.nTotal;
  }

  get nWaiting() {
    return this.nTotal - this.first;
  }

  /** Add a block. Nothing grows without end: after a minute without an answer the oldest samples go, and Python counts the gap. */
  add(block) {
    this.blocks.push({ first: this.nTotal, bytes: toPcm(block), n: block.length });
    this.nTotal += block.length;
    while (this.nWaiting > MOST_WAITING_S * this.sampleRate) this.nDropped += this.blocks.shift().n;
  }

  /** Python has every sample before `next`. */
  confirm(next) {
    while (this.blocks.length && this.blocks[0].first + this.blocks[0].n <= next) this.blocks.shift();
    if (next >= this.sentTo) this.sentAt = -Infinity;
  }

  /** The samples to send now, or null: one lot at a time, again when no answer came. Before the end it waits for half a second's worth. */
  take(now, { isEnd }) {
    const { nWaiting } = this;
    const isAnswerAwaited = now - this.sentAt <= ANSWER_WITHIN_MS;
    if (!nWaiting || isAnswerAwaited || (!isEnd && nWaiting < SEND_S * this.sampleRate)) return null;
    const most = MOST_AT_ONCE_S * this.sampleRate;
    const lot = this.blocks.filter((block) => block.first + block.n - this.first <= most);
    const bytes = new Uint8Array(lot.reduce((sum, block) => sum + 2 * block.n, 0));
    lot.forEach((block) => bytes.set(block.bytes, 2 * (block.first - this.first)));
    this.sentTo = this.first + bytes.length / 2;
    this.sentAt = now;
    return { run: this.run, first: this.first, sample_rate: this.sampleRate, pcm: toBase64(bytes) };
  }
}
