// "Keep this": asks for the last seconds, and asks again until there is an answer; a yes takes the page away.
// On a busy server a message can take the place of the one before it, so sound waits for a wish, and for a click elsewhere on the page.

const ELSEWHERE_MS = 2000;

class Keeper {
  constructor(root, parts) {
    this.parts = parts;
    this.wish = null;
    this.elsewhereAt = -Infinity;
    this.noteClick = (event) => {
      if (!event.composedPath().includes(root)) this.elsewhereAt = performance.now();
    };
    document.addEventListener("click", this.noteClick, true);
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

  /** Whether sound stays in the browser for now, where none of it is lost. */
  isFirst(now) {
    return Boolean(this.wish) || now - this.elsewhereAt <= ELSEWHERE_MS;
  }

  close() {
    document.removeEventListener("click", this.noteClick, true);
  }

  /** What to send now, or null. */
  take(now) {
    if (!this.wish || now - this.askedAt <= ANSWER_WITHIN_MS) return null;
    this.askedAt = now;
    return this.wish;
  }
}
