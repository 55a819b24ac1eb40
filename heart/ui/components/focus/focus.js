const AGAIN_MS = 100;
const TRIES = 30;

let last = null;

/** Moves the focus to the heading once for each recording, and only where nothing else has it: what was pressed is gone, or goes soon. */
export default function mount(component) {
  const { heading, recording } = component.data;
  if (recording === last) return;
  last = recording;
  goOn(`.st-key-${heading} :is(h1, h2, h3)`, TRIES);
}

function goOn(selector, n) {
  const target = document.querySelector(selector);
  const isFree = !document.activeElement || document.activeElement === document.body;
  if (target && isFree) {
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  } else if (n > 0) {
    setTimeout(() => goOn(selector, n - 1), AGAIN_MS);
  }
}
