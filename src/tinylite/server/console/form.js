// An endpoint's parameters as a form.

import { h } from "./dom.js";

export function parameterForm(parameters, values, run) {
  const inputs = parameters.map((parameter) => [parameter, control(parameter, values.get(parameter.name))]);
  const button = h("button", { type: "submit" }, "Run");
  const clear = h("button", { type: "button", class: "quiet", onclick: () => { inputs.forEach(([, input]) => { input.value = ""; }); run(); } }, "Clear");
  const form = h("form", { onsubmit: (event) => { event.preventDefault(); run(); } },
    inputs.map(([parameter, input]) => field(parameter, input)),
    parameters.length ? null : h("p", { class: "note" }, "This endpoint takes no parameters."),
    h("div", { class: "row" }, button, parameters.length ? clear : null));
  // What is left empty is not sent.
  const read = () => new URLSearchParams(inputs.filter(([, input]) => input.value !== "").map(([parameter, input]) => [parameter.name, input.value]));
  return { form, button, read };
}

const idOf = (parameter) => `parameter-${parameter.name}`;

function field(parameter, input) {
  const schema = parameter.schema;
  const hints = [parameter.description, parameter.example === undefined ? null : `For example ${parameter.example}`].filter(Boolean);
  return h("div", { class: "field" },
    h("label", { for: idOf(parameter) }, parameter.name),
    h("span", { class: "type mono" }, schema["x-type"] ?? schema.type ?? ""),
    parameter.required ? h("span", { class: "must" }, "required") : null,
    hints.length ? h("p", { class: "hint", id: `${idOf(parameter)}-hint` }, hints.join(". ")) : null,
    input);
}

function control(parameter, value) {
  const schema = parameter.schema;
  const usual = schema.default === undefined ? "" : [schema.default].flat().join(",");
  const attributes = {
    id: idOf(parameter),
    name: parameter.name,
    required: parameter.required,
    "aria-describedby": parameter.description || parameter.example !== undefined ? `${idOf(parameter)}-hint` : null,
  };
  const choices = schema.enum ?? (schema.type === "boolean" ? [true, false] : null);
  const known = choices && (!value || choices.map(String).includes(value));
  const element = known
    ? h("select", attributes, h("option", { value: "" }, usual === "" ? "–" : `${usual} (default)`), choices.map((choice) => h("option", { value: String(choice) }, String(choice))))
    : h("input", {
        ...attributes,
        type: "text",
        autocomplete: "off",
        spellcheck: "false",
        inputmode: schema.type === "integer" ? "numeric" : schema.type === "number" ? "decimal" : "text",
        placeholder: usual,
      });
  if (value) element.value = value;
  return element;
}
