// Mouse, fingers, wheel and keys on the view.

const EDGE_PX = 8;

/** Pointers: one seeks, one with Shift selects, an edge of the loop can be dragged, two pinch and pan. */
class Gestures {
  constructor(element, player) {
    this.element = element;
    this.player = player;
    this.pointers = new Map();
    element.addEventListener("pointerdown", (event) => this.down(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    ["pointerup", "pointercancel"].forEach((name) => element.addEventListener(name, (event) => this.up(event)));
    element.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    element.addEventListener("keydown", (event) => this.key(event));
  }

  x(event) {
    return event.clientX - this.element.getBoundingClientRect().left;
  }

  down(event) {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.x(event));
    this.mode = this.pointers.size > 1 ? this.startPinch() : this.startDrag(event);
  }

  startDrag(event) {
    const { player } = this;
    const time = player.layout.time(this.x(event));
    const edge = this.edgeAt(this.x(event));
    if (edge !== null) return { name: "select", anchor_s: edge };
    if (event.shiftKey) return { name: "select", anchor_s: time };
    player.seek(time);
    return { name: "seek" };
  }

  /** The fixed end of the loop when the pointer is on the other one. */
  edgeAt(x) {
    const { loop, layout } = this.player;
    if (!loop) return null;
    if (Math.abs(x - layout.x(loop.start_s)) < EDGE_PX) return loop.end_s;
    return Math.abs(x - layout.x(loop.end_s)) < EDGE_PX ? loop.start_s : null;
  }

  startPinch() {
    const [a, b] = [...this.pointers.values()];
    const { layout } = this.player;
    return { name: "pinch", span_s: layout.view.span_s, distance: Math.max(20, Math.abs(a - b)), time_s: layout.time((a + b) / 2) };
  }

  move(event) {
    if (!this.pointers.has(event.pointerId)) return;
    this.pointers.set(event.pointerId, this.x(event));
    const { player, mode } = this;
    if (mode.name === "pinch") this.pinch(mode);
    else if (mode.name === "select") player.setLoop(mode.anchor_s, player.layout.time(this.x(event)));
    else player.seek(player.layout.time(this.x(event)));
  }

  pinch({ span_s, distance, time_s }) {
    const [a, b] = [...this.pointers.values()];
    if (b === undefined) return;
    const { layout } = this.player;
    const share = ((a + b) / 2 - layout.left) / layout.width;
    layout.view.place(time_s, share, (span_s * distance) / Math.max(20, Math.abs(a - b)));
    this.player.paint();
  }

  up(event) {
    this.pointers.delete(event.pointerId);
  }

  /** Sideways always pans; up and down zooms once the view has the focus, so that the page can be scrolled past it. */
  wheel(event) {
    const { player } = this;
    const { view } = player;
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    const hasFocus = this.element.getRootNode().activeElement === this.element;
    if (Math.abs(sideways) > Math.abs(event.deltaY) || event.shiftKey) view.pan((sideways / 500) * view.span_s);
    else if (event.ctrlKey || hasFocus) view.zoom(Math.exp(-event.deltaY / 300), player.layout.time(this.x(event)));
    else return;
    event.preventDefault();
    player.paint();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = KEYS[event.key];
    if (!action) return;
    event.preventDefault();
    action(this.player, event.shiftKey);
  }
}

const KEYS = {
  " ": (player) => player.toggle(),
  ArrowLeft: (player, isFar) => player.seek(player.sound.element.currentTime - (isFar ? 1 : 0.1)),
  ArrowRight: (player, isFar) => player.seek(player.sound.element.currentTime + (isFar ? 1 : 0.1)),
  PageUp: (player) => player.seek(player.sound.element.currentTime - 5),
  PageDown: (player) => player.seek(player.sound.element.currentTime + 5),
  Home: (player) => player.seek(0),
  End: (player) => player.seek(player.data.duration_s),
  "+": (player) => player.zoom(1.5),
  "=": (player) => player.zoom(1.5),
  "-": (player) => player.zoom(1 / 1.5),
  0: (player) => player.fit(),
  ",": (player) => player.pan(-0.25),
  ".": (player) => player.pan(0.25),
  "[": (player) => player.loopFrom(),
  "]": (player) => player.loopTo(),
  l: (player) => player.toggleLoop(),
  Escape: (player) => player.clearLoop(),
};

/** Drag on the overview to pan. */
function panOnOverview(canvas, player) {
  const show = (event) => {
    const box = canvas.getBoundingClientRect();
    const share = (event.clientX - box.left - GUTTER) / (box.width - GUTTER - MARGIN);
    player.view.place(share * player.data.duration_s, 0.5, player.view.span_s);
    player.paint();
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    show(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons) show(event);
  });
}
