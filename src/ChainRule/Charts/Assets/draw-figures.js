// Draws the figures of a page with plotly.js. Each figure shows its own SVG until then, and keeps it for print. Figures and
// library come in any order and any number: a new figure announces itself by an event, and a new library looks for figures.
var chainRuleCharts = window.chainRuleCharts = window.chainRuleCharts || (function () {
  "use strict";
  var theme = "@THEME@";
  var libraries = {};

  function define(name, load) {
    if (!libraries[name]) {
      // The library names itself on the window. A page may have another plotly.js there, which keeps its name; and a module
      // loader on the page (classic Notebook has one) isn't told: its variables are shadowed by our parameters.
      var other = window.Plotly;
      load.call(window, undefined, undefined);
      libraries[name] = window.Plotly;
      window.Plotly = other;
    }
    drawAll();
  }

  function unpack(name, packed) {
    if (libraries[name] || typeof DecompressionStream === "undefined") { return; }
    var bytes = Uint8Array.from(atob(packed), function (c) { return c.charCodeAt(0); });
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    new Response(stream).text().then(function (script) {
      define(name, new Function("module", "define", script));
    }).catch(function () { /* The SVG stays: the reader loses nothing but the zoom. */ });
  }

  function colors(figure) {
    var style = getComputedStyle(figure.querySelector("svg.cr-svg"));
    var map = {};
    Object.keys(theme).forEach(function (light) {
      map[light] = style.getPropertyValue(theme[light][0]).trim() || light;
    });
    // A colour that this SVG doesn't use has no variable; whether the page is dark decides then.
    var ink = map[Object.keys(theme).find(function (k) { return theme[k][0] === "--cr-fig-ink"; })];
    var probe = document.createElement("canvas").getContext("2d");
    probe.fillStyle = ink; probe.fillRect(0, 0, 1, 1);
    var p = probe.getImageData(0, 0, 1, 1).data;
    var dark = 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2] > 128;
    Object.keys(theme).forEach(function (light) {
      if (!style.getPropertyValue(theme[light][0]).trim()) { map[light] = dark ? theme[light][1] : light; }
    });
    return map;
  }

  function recolor(value, map) {
    if (typeof value === "string") { return Object.prototype.hasOwnProperty.call(map, value) ? map[value] : value; }
    if (Array.isArray(value)) { return value.length && typeof value[0] === "number" && value.length > 3 ? value : value.map(function (v) { return recolor(v, map); }); }
    if (value && typeof value === "object") {
      var copy = {};
      Object.keys(value).forEach(function (k) { copy[k] = recolor(value[k], map); });
      return copy;
    }
    return value;
  }

  function draw(figure) {
    var library = libraries[figure.getAttribute("data-cr-bundle")];
    var source = figure.querySelector("script[type='application/json']");
    var svg = figure.querySelector("svg.cr-svg");
    if (!library || !source || !svg || !figure.isConnected) { return; }
    var target = figure.querySelector(".cr-plot");
    if (!target) {
      target = document.createElement("div");
      target.className = "cr-plot";
      target.setAttribute("role", "img");
      target.setAttribute("aria-label", svg.getAttribute("aria-label"));
      figure.appendChild(target);
    }
    try {
      var map = colors(figure);
      var json = recolor(JSON.parse(source.textContent), map);
      var paper = map[Object.keys(theme).find(function (k) { return theme[k][0] === "--cr-fig-paper"; })];
      var ink = json.layout.font.color;
      json.layout.hoverlabel = { bgcolor: paper, bordercolor: ink, font: { color: ink } };
      ["xaxis", "yaxis"].forEach(function (k) { if (json.layout[k]) { json.layout[k].linecolor = ink; } });
      target.style.background = paper;
      target.style.maxWidth = svg.style.maxWidth;
      figure.setAttribute("data-cr-drawn", "");
      Promise.resolve(library.react(target, json.data, json.layout, json.config))
        .then(function () { if (json.frames && !figure.crFrames) { figure.crFrames = true; return library.addFrames(target, json.frames); } })
        .catch(function () { figure.removeAttribute("data-cr-drawn"); });
    } catch (_) {
      figure.removeAttribute("data-cr-drawn");
      target.remove();
    }
  }

  function drawAll() {
    document.querySelectorAll(".cr-figure:not([data-cr-drawn])").forEach(draw);
  }

  function redrawAll() {
    document.querySelectorAll(".cr-figure[data-cr-drawn]").forEach(draw);
  }

  var style = document.createElement("style");
  style.textContent = ".cr-figure[data-cr-drawn]>svg.cr-svg{display:none}.cr-plot{width:100%}"
    + "@media print{.cr-figure[data-cr-drawn]>svg.cr-svg{display:block}.cr-figure>.cr-plot{display:none}}";
  document.head.appendChild(style);
  window.addEventListener("chainrule:figure", drawAll);
  document.addEventListener("DOMContentLoaded", drawAll);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
  // Editors change their theme by a class or attribute of the body.
  if (document.body) {
    new MutationObserver(redrawAll).observe(document.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-kind", "data-jp-theme-light"] });
  }
  return { define: define, unpack: unpack };
})();
