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
    var svg = figure.querySelector("svg.cr-svg");
    var style = getComputedStyle(svg);
    // A page may say its colours in any way that CSS has (light-dark(), color-mix(), …); plotly.js knows few. The browser
    // computes them on an element, and a canvas turns what comes out into numbers.
    var element = svg.ownerDocument.createElement("span");
    figure.appendChild(element);
    var canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    function plain(name) {
      if (!style.getPropertyValue(name).trim()) { return null; }
      element.style.color = "";
      element.style.color = style.getPropertyValue(name);
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = getComputedStyle(element).color;
      canvas.fillRect(0, 0, 1, 1);
      return canvas.getImageData(0, 0, 1, 1).data;
    }
    function hex(p) {
      return "#" + [p[0], p[1], p[2]].map(function (v) { return ("0" + v.toString(16)).slice(-2); }).join("");
    }
    var ink = plain("--cr-fig-ink");
    var dark = ink && 0.299 * ink[0] + 0.587 * ink[1] + 0.114 * ink[2] > 128;
    var map = {};
    Object.keys(theme).forEach(function (light) {
      // A colour that this SVG doesn't use has no variable; whether the page is dark decides then.
      var known = plain(theme[light][0]);
      map[light] = known ? hex(known) : dark ? theme[light][1] : light;
    });
    element.remove();
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

  // A curve whose points know their slopes shows its tangent where the pointer is.
  function followTangent(library, figure, target) {
    if (figure.crTangent) { return; }
    figure.crTangent = true;
    function shapes(more) {
      var own = (target.layout.shapes || []).filter(function (s) { return s.name !== "cr-tangent"; });
      library.relayout(target, { shapes: own.concat(more) });
    }
    target.on("plotly_hover", function (event) {
      var point = event.points[0];
      var slope = point.customdata;
      if (!(point.data.meta && point.data.meta.tangent) || typeof slope !== "number") { return; }
      var range = point.xaxis.range;
      shapes([{
        name: "cr-tangent", type: "line", xref: point.xaxis._id, yref: point.yaxis._id,
        x0: range[0], y0: point.y + slope * (range[0] - point.x), x1: range[1], y1: point.y + slope * (range[1] - point.x),
        line: { color: target.layout.font.color, width: 1.4, dash: "dot" }
      }]);
    });
    target.on("plotly_unhover", function () { shapes([]); });
  }

  // On a phone the words shrink a little, so that they stay beside one another.
  function narrow(layout) {
    layout.margin.l = Math.min(layout.margin.l, 44);
    layout.margin.r = Math.min(layout.margin.r, 12);
    if (layout.title) { layout.title.font = { size: 14 }; }
    if (layout.legend) { layout.legend.font = { size: 11 }; }
    Object.keys(layout).forEach(function (k) {
      if (/^[xy]axis/.test(k) && layout[k].title) { layout[k].title.font = { size: 11 }; }
    });
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
      Object.keys(json.layout).forEach(function (k) { if (/^[xy]axis/.test(k)) { json.layout[k].linecolor = ink; } });
      if (figure.clientWidth < 480) { narrow(json.layout); }
      target.style.background = paper;
      target.style.maxWidth = svg.style.maxWidth;
      figure.setAttribute("data-cr-drawn", "");
      Promise.resolve(library.react(target, json.data, json.layout, json.config))
        .then(function () {
          if (json.data.some(function (t) { return t.meta && t.meta.tangent; })) { followTangent(library, figure, target); }
          if (!json.frames) { return; }
          // Drawn anew for another theme, the frames come in new colours, too.
          return Promise.resolve(figure.crFrames && library.deleteFrames(target))
            .then(function () { figure.crFrames = true; return library.addFrames(target, json.frames); });
        })
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
    // plotly.js paints a pressed button in a light colour of its own, on which a dark page's text can't be read.
    + ".cr-plot .updatemenu-item-rect{fill:transparent!important}"
    + "@media print{.cr-figure[data-cr-drawn]>svg.cr-svg{display:block}.cr-figure>.cr-plot{display:none}}";
  document.head.appendChild(style);
  window.addEventListener("chainrule:figure", drawAll);
  document.addEventListener("DOMContentLoaded", drawAll);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
  // Our own pages change it by a choice of three.
  document.addEventListener("change", function (event) { if (event.target && event.target.name === "theme") { redrawAll(); } });
  // Editors change their theme by a class or attribute of the body.
  if (document.body) {
    new MutationObserver(redrawAll).observe(document.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-kind", "data-jp-theme-light"] });
  }
  return { define: define, unpack: unpack };
})();
