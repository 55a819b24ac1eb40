// Every piece of text whose contrast is below WCAG 2.2 AA (1.4.3: 4.5, large text 3; 1.4.11: icons 3), with its ratio.
() => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d', {willReadFrequently: true});
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3]));
  const linear = part => part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = colour => 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
  const ratio = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const parent = node => node.assignedSlot || node.parentElement || node.getRootNode().host || null;
  const up = node => node ? [node, ...up(parent(node))] : [];
  const behind = element => {
    const first = element.closest('[data-testid=stSliderThumbValue]') ? element.closest('[data-testid=stSlider]') : element;
    const layers = [document.querySelector('.stApp'), ...up(first).reverse()].map(node => rgba(getComputedStyle(node).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const found = new Set();
  const judge = text => {
    const element = text.parentElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
    const shown = up(element).reduce((product, node) => product * getComputedStyle(node).opacity, 1);
    if (!text.nodeValue.trim() || box.width <= 1 || shown === 0 || style.visibility === 'hidden') return;
    if (element.closest(':disabled, style, script, noscript, .unseen')) return;
    const below = behind(element), [r, g, b, a] = rgba(style.color), size = parseFloat(style.fontSize);
    const is_large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) || element.dataset.testid === 'stIconMaterial';
    const is = ratio(over([r, g, b, a * shown], below), below);
    if (is < (is_large ? 3 : 4.5)) found.add(`${is.toFixed(2)}: ${text.nodeValue.trim().slice(0, 60)}`);
  };
  const walk = root => {
    for (const element of root.querySelectorAll('*')) {
      [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).forEach(judge);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document.body);
  return [...found];
}
