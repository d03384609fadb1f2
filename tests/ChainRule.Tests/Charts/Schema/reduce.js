// Cuts plotly.js's schema down to the traces that ChainRule draws, and to names and value types. Called by
// src/ChainRule/Charts/Assets/refresh.sh.
"use strict";
const fs = require("fs");
const [file, version] = process.argv.slice(2);
const full = JSON.parse(fs.readFileSync(file, "utf8"));
const traces = ["scatter", "bar", "heatmap", "contour", "surface"];
const layout = ["title", "showlegend", "legend", "hovermode", "paper_bgcolor", "plot_bgcolor", "font", "margin", "width",
  "height", "scene", "xaxis", "yaxis", "annotations", "shapes", "sliders", "updatemenus"];
const kept = ["valType", "values", "flags", "extras", "min", "max", "arrayOk", "items", "freeLength", "dimensions"];

function reduce(node) {
  if (node === null || typeof node !== "object" || Array.isArray(node)) { return node; }
  const out = {};
  if (node.valType) {
    for (const key of kept) {
      if (key in node) { out[key] = key === "items" ? (Array.isArray(node.items) ? node.items.map(reduce) : reduce(node.items)) : node[key]; }
    }
    return out;
  }
  for (const [key, value] of Object.entries(node)) {
    if (["description", "role", "editType", "impliedEdits", "_deprecated", "_isLinkedToArray", "_isSubplotObj", "_arrayAttrRegexps"].includes(key) || /src$/.test(key) || value === null || typeof value !== "object" || Array.isArray(value)) { continue; }
    out[key] = reduce(value);
  }
  return out;
}

const result = { version, traces: {}, layout: {}, config: reduce(full.config) };
for (const name of traces) {
  result.traces[name] = reduce(full.traces[name].attributes);
}
for (const name of layout) {
  result.layout[name] = reduce(full.layout.layoutAttributes[name] ?? full.traces.bar.layoutAttributes[name]);
}
process.stdout.write(JSON.stringify(result) + "\n");
