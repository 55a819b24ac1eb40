// Drawing surfaces that stay sharp on every screen and take their colours from the Streamlit theme.

/** Size a canvas to its box in device pixels; returns a context that draws in CSS pixels, cleared, with width and height. */
function openCanvas(canvas) {
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const columns = Math.round(width * scale);
  const rows = Math.round(height * scale);
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

/** Colours of the current theme, resolved from the custom properties that the style sheet derives from Streamlit's. */
function readColours(element) {
  const probe = element.appendChild(document.createElement("i"));
  const names = ["ink", "faint", "line", "paper", "accent", "good", "warn", "bad", "s1", "s2"];
  const colours = names.map((name) => {
    probe.style.color = `var(--heart-${name})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(colours);
}

/** Tell the browser whether the theme is dark, so that its own sliders and menus match. */
function matchScheme(element, { paper }) {
  const [red, green, blue] = paper.match(/[\d.]+/g).map(Number);
  element.style.colorScheme = 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? "dark" : "light";
}

/** Round steps for an axis: the smallest of 1, 2, 5 times a power of ten that leaves `gap` pixels between two labels. */
function axisStep(unitsPerPixel, gap) {
  const smallest = unitsPerPixel * gap;
  const power = 10 ** Math.floor(Math.log10(smallest));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= smallest);
}

/** A named part of a component: the element that carries data-part="name". */
function partsOf(root) {
  return Object.fromEntries([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
}

/**
 * Keep one instance per mounted element. Streamlit calls a component again for every new datum and theme, and may call the
 * clean-up of an older call late: only the clean-up of the latest call ends the instance.
 */
function mountOnce(instances, root, create) {
  let held = instances.get(root);
  if (!held) {
    held = { instance: create(), calls: 0 };
    instances.set(root, held);
  }
  held.calls += 1;
  const call = held.calls;
  const release = () => {
    if (held.calls !== call) return;
    instances.delete(root);
    held.instance.close();
  };
  return { instance: held.instance, release };
}
