"use strict";
(function () {
  const svg = document.documentElement;
  const side = 10, inner = svg.viewBox.baseVal.width - 2 * side;
  const boxes = Array.from(document.querySelectorAll(".box")).map(function (g) {
    return {
      g: g, rect: g.querySelector("rect"), text: g.querySelector("text"), name: g.dataset.name,
      title: g.querySelector("title").textContent,
      x: +g.dataset.x, w: +g.dataset.w, level: +g.dataset.level
    };
  });
  const told = document.getElementById("told"), found = document.getElementById("found");

  function cut(name, width) {
    const room = Math.floor((width - 6) / 6.6);
    if (room < 3) return "";
    return name.length <= room ? name : name.slice(0, room - 1) + "…";
  }

  // Makes one box as wide as the picture; what it called follows, who called it stays above, pale.
  function zoom(to) {
    const scale = inner / to.w;
    boxes.forEach(function (box) {
      const above = box.level < to.level && box.x <= to.x + 0.01 && box.x + box.w >= to.x + to.w - 0.01;
      const inside = box.level >= to.level && box.x >= to.x - 0.01 && box.x + box.w <= to.x + to.w + 0.01;
      box.g.style.display = above || inside ? "" : "none";
      box.g.classList.toggle("faint", above);
      const x = above ? 0 : (box.x - to.x) * scale, w = above ? inner : box.w * scale;
      box.rect.setAttribute("x", x + side);
      box.rect.setAttribute("width", Math.max(w - 0.4, 0.3));
      box.text.setAttribute("x", x + side + 3);
      box.text.textContent = cut(box.name, w);
    });
  }

  function search(pattern) {
    let matches = function () { return false; };
    if (pattern) {
      try {
        const expression = new RegExp(pattern, "i");
        matches = function (name) { return expression.test(name); };
      } catch (error) {
        matches = function (name) { return name.includes(pattern); };
      }
    }
    // Of boxes in each other only the outer one counts.
    const hits = boxes.filter(function (box) {
      const hit = matches(box.name);
      box.g.classList.toggle("hit", hit);
      return hit;
    }).sort(function (one, other) { return one.x - other.x || other.w - one.w; });
    let end = -1, sum = 0;
    hits.forEach(function (box) {
      if (box.x >= end - 0.01) { sum += box.w; end = box.x + box.w; }
    });
    found.textContent = pattern ? (sum / inner * 100).toFixed(1) + " % in " + pattern : "";
  }

  boxes.forEach(function (box) {
    box.g.addEventListener("click", function () { zoom(box); });
    box.g.addEventListener("mouseover", function () { told.textContent = box.title; });
    box.g.addEventListener("mouseout", function () { told.textContent = ""; });
  });
  document.getElementById("reset").addEventListener("click", function () {
    search("");
    zoom(boxes[0]);
  });
  document.getElementById("search").addEventListener("click", function () {
    const pattern = window.prompt("Functions whose name matches (a regular expression):", "");
    if (pattern !== null) search(pattern);
  });
})();
