// The rows of readings: value and decision at the left, the strip with its scale at the right.

const ROW = `
  <div>
    <div class="name"></div>
    <div class="shown"><b></b><span class="unit"></span><span class="chip"><i aria-hidden="true"></i> <span></span></span></div>
    <div class="about"></div>
  </div>
  <div class="scale">
    <canvas role="img"></canvas><div class="ends"><span></span><span></span></div>
    <div class="span" aria-hidden="true"><span></span><span class="now">now</span><span class="end">last heard</span></div>
  </div>`;

/** The elements of a row, made once. */
function makeRow({ title, low, high }) {
  const box = document.createElement("div");
  box.className = "reading";
  box.innerHTML = ROW;
  const find = (selector) => box.querySelector(selector);
  find(".name").textContent = title;
  find(".ends").firstChild.textContent = high;
  find(".ends").lastChild.textContent = low;
  return {
    box, value: find("b"), unit: find(".unit"), chip: find(".chip"), about: find(".about"), ago: find(".span span"), canvas: find("canvas"),
  };
}

/** Its value, the decision as mark and word, and the seconds that its strip shows. */
function showRow({ value, unit, chip, about, ago, canvas }, row, { span_s }) {
  value.textContent = row.value;
  unit.textContent = row.unit;
  about.textContent = row.about;
  chip.hidden = !row.decision;
  chip.className = `chip ${row.decision?.kind ?? ""}`;
  chip.firstChild.textContent = row.decision?.mark;
  chip.lastChild.textContent = row.decision?.words;
  ago.textContent = `${span_s} s earlier`;
  const said = [row.value, row.unit, row.decision?.words].filter(Boolean).join(" ");
  canvas.setAttribute("aria-label", `${row.title} over the last ${span_s} seconds, latest ${said}. ${row.about}`);
}
