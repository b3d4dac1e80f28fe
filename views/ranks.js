// The ranked table of the Shortlist page: a real table, whose names are buttons that select a shape.
// Texts are set as texts: a name may be hostile.

const SCALE_FROM = 1;

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const box = parentElement.querySelector(".ranks");
  const focused = parentElement.activeElement?.dataset?.code;
  box.setAttribute("aria-label", data.name);
  box.style.maxHeight = data.height;
  const table = element("table");
  table.append(head(data), ...bodies(data, (code) => setTriggerValue("picked", code)));
  box.replaceChildren(table);
  if (box.dataset.view !== data.view) {
    box.dataset.view = data.view;
    box.scrollTop = 0;
  }
  if (box.dataset.selected !== data.selected) {
    box.dataset.selected = data.selected;
    bringIntoView(box);
  }
  if (focused) {
    [...box.querySelectorAll("button")].find((button) => button.dataset.code === focused)?.focus();
  }
}

// Scrolls the table alone, never the page, to a row that was selected elsewhere.
function bringIntoView(box) {
  const row = box.querySelector("tr.selected");
  if (!row) {
    return;
  }
  const head = box.querySelector("thead").offsetHeight;
  const { top, bottom } = row.getBoundingClientRect();
  const frame = box.getBoundingClientRect();
  if (top < frame.top + head || bottom > frame.bottom) {
    box.scrollTop += top - frame.top - head - (frame.height - head) / 2;
  }
}

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== undefined) {
    made.textContent = text;
  }
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  return made;
}

function head(data) {
  const row = element("tr");
  for (const [words, kind, help] of data.heads) {
    row.append(element("th", words, { scope: "col", class: kind, title: help }));
  }
  const group = element("thead");
  group.append(row);
  return group;
}

function bodies(data, pick) {
  return data.tiers.map(([tier, rows]) => {
    const body = element("tbody");
    body.append(...rows.map((row) => line(data, row, pick)));
    const attributes = { scope: "rowgroup", rowspan: rows.length, class: "tier" };
    body.firstElementChild.prepend(element("th", tier, attributes));
    return body;
  });
}

function line(data, [code, rank, name, place, low, high, range, chance, value, chosen], pick) {
  const row = element("tr", undefined, { class: chosen ? "chosen" : "" });
  if (code === data.selected) {
    row.classList.add("selected");
  }
  row.addEventListener("click", () => pick(code));
  const button = element("button", name, {
    type: "button",
    "data-code": code,
    "aria-pressed": String(code === data.selected),
  });
  const named = element("th", undefined, { scope: "row", class: "name" });
  if (chosen) {
    button.prepend(element("span", "✓ ", { class: "mark", "aria-hidden": "true" }));
    button.append(element("span", `, ${data.chosen_words}`, { class: "unseen" }));
  }
  named.append(button);
  if (place) {
    named.append(element("span", place, { class: "place" }));
  }
  row.append(
    element("td", rank, { class: "n" }),
    named,
    bar(data, rank, low, high, range),
    element("td", chance, { class: "n" }),
    element("td", value, { class: "n wide" }),
  );
  return row;
}

function bar(data, rank, low, high, range) {
  const cell = element("td", undefined, { class: "range" });
  const at = (one) => (100 * (Math.min(one, data.last) - SCALE_FROM)) / Math.max(data.last - SCALE_FROM, 1);
  const track = element("span", undefined, { class: "track", "aria-hidden": "true" });
  const stretch = element("span", undefined, { class: "stretch" });
  stretch.style.left = `${at(low)}%`;
  stretch.style.width = `${at(high) - at(low)}%`;
  const dot = element("span", undefined, { class: "dot" });
  dot.style.left = `${at(rank)}%`;
  track.append(stretch, dot);
  cell.append(track, element("span", range, { class: "words" }));
  return cell;
}
