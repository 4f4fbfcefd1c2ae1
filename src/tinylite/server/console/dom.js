// Elements from data. Text becomes text nodes and never markup, so whatever a project or its rows hold is shown as it is.

export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

let panels = 0;

// `tabs` are [title, element]; `first` is the title that is shown first, `chosen` is told of another one.
export function tabs(label, tabs, first, chosen) {
  const id = `tabs-${panels++}`;
  const buttons = tabs.map(([title], index) =>
    h("button", { type: "button", role: "tab", id: `${id}-${index}`, "aria-controls": `${id}-panel-${index}`, onclick: () => show(index) }, title));
  const bodies = tabs.map(([, body], index) =>
    h("div", { role: "tabpanel", id: `${id}-panel-${index}`, "aria-labelledby": `${id}-${index}` }, body));
  function show(index) {
    buttons.forEach((button, each) => {
      button.setAttribute("aria-selected", String(each === index));
      button.tabIndex = each === index ? 0 : -1;
      bodies[each].hidden = each !== index;
    });
    chosen(tabs[index][0]);
  }
  function move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
    buttons[next].focus();
    show(next);
  }
  show(Math.max(0, tabs.findIndex(([title]) => title === first)));
  return h("div", {}, h("div", { role: "tablist", "aria-label": label, onkeydown: move }, buttons), bodies);
}
