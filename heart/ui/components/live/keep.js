// "Keep this": asks for the last seconds, and asks again until there is an answer; a yes takes the page away.

class Keeper {
  constructor(parts) {
    this.parts = parts;
    this.wish = null;
  }

  /** Take over what Python says: the lengths to choose from, whether enough was heard, and its answer to a wish. */
  update({ lengths_s, length_s, isPossible, answered, problem }) {
    const { keepLength, keepNote } = this.parts;
    if (!keepLength.options.length) {
      keepLength.replaceChildren(...lengths_s.map((seconds) => new Option(`${seconds} s`, seconds, false, seconds === length_s)));
    }
    this.isPossible = isPossible;
    if (this.wish && this.wish.name === answered) {
      this.wish = null;
      keepNote.textContent = problem;
    }
  }

  show({ isListening }) {
    const { keeping, keep } = this.parts;
    keeping.hidden = !isListening && !this.isPossible;
    keep.disabled = !this.isPossible || Boolean(this.wish);
  }

  ask() {
    this.parts.keepNote.textContent = "";
    this.wish = { name: crypto.randomUUID(), length_s: Number(this.parts.keepLength.value) };
    this.askedAt = -Infinity;
  }

  /** What to send now, or null. */
  take(now) {
    if (now - this.askedAt <= ANSWER_WITHIN_MS) return null;
    this.askedAt = now;
    return this.wish;
  }
}
