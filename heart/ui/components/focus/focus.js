const AGAIN_MS = 100;
const TRIES = 30;

const last = new Map();

/** Moves the focus to the heading, or the first paragraph where there is none, once for each occasion, and only where nothing else has it:
    what was pressed is gone, or goes soon. */
export default function mount(component) {
  const { heading, occasion } = component.data;
  if (last.get(heading) === occasion) return;
  last.set(heading, occasion);
  goOn(`.st-key-${heading} :is(h1, h2, h3, p)`, TRIES);
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
