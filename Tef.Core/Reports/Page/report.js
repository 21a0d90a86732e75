"use strict";
(() => {
  const runs = JSON.parse(document.getElementById("data").textContent);
  const palette = 8;
  const dashes = ["", "7 4", "2 3", "9 3 2 3"];
  const state = { x: "step", smooth: 0, log: false, hidden: new Set(), zoom: null };
  const redraws = [];

  runs.forEach((run, i) => {
    run.color = `var(--run-${i % palette})`;
    run.dash = dashes[Math.floor(i / palette) % dashes.length];
  });

  // --- small helpers ---
  const tag = (name, attributes = {}, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "class") node.className = value;
      else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (key === "style") node.style.cssText = value;
      else node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  };
  const svg = (name, attributes = {}, text) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const format = value => {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    const size = Math.abs(value);
    if (size >= 1e9) return `${+(value / 1e9).toPrecision(4)} G`;
    if (size >= 1e6) return `${+(value / 1e6).toPrecision(4)} M`;
    if (size >= 1e4) return Math.round(value).toLocaleString("en-US");
    if (size !== 0 && size < 1e-3) return (+value.toPrecision(3)).toExponential().replace("-", "−");
    return String(+value.toPrecision(4)).replace("-", "−");
  };
  const duration = seconds => {
    if (seconds === undefined || seconds === null) return "–";
    const h = Math.floor(seconds / 3600), m = Math.floor(seconds % 3600 / 60), s = Math.round(seconds % 60);
    return h > 0 ? `${h} h ${m} min` : m > 0 ? `${m} min ${s} s` : `${+seconds.toPrecision(3)} s`;
  };
  const percent = value => value === undefined ? "–" : `${+(100 * value).toPrecision(3)} %`;
  const last = list => list && list.length > 0 ? list[list.length - 1] : undefined;
  const least = list => list.reduce((a, b) => a < b ? a : b, Infinity);
  const most = list => list.reduce((a, b) => a > b ? a : b, -Infinity);
  const numbers = curve => curve ? curve.v.filter(v => v !== null) : [];
  const lowest = curve => { const list = numbers(curve); return list.length > 0 ? least(list) : undefined; };
  const median = curve => { const list = numbers(curve).sort((a, b) => a - b); return list.length > 0 ? list[list.length >> 1] : undefined; };
  const swatch = run => tag("span", { class: "swatch", style: `border-color:${run.color};border-top-style:${run.dash === "" ? "solid" : "dashed"}` });
  const factOf = (run, name) => { const found = run.facts.find(([key]) => key === name); return found && found[1]; };
  const redraw = () => redraws.forEach(draw => draw());

  // --- the x axis ---
  const axes = { step: "steps", tokens: "tokens", seconds: "seconds" };
  const xOf = run => {
    if (state.x === "step") return step => step;
    const scale = run.curves[`train/${state.x}`];
    if (!scale || scale.s.length === 0) return () => null;
    return step => {
      let low = 0, high = scale.s.length - 1;
      if (step >= scale.s[high]) return scale.v[high];
      if (step <= scale.s[0]) return scale.v[0] * step / scale.s[0];
      while (high - low > 1) { const middle = (low + high) >> 1; if (scale.s[middle] <= step) low = middle; else high = middle; }
      return scale.v[low] + (scale.v[high] - scale.v[low]) * (step - scale.s[low]) / (scale.s[high] - scale.s[low]);
    };
  };
  const ticks = (from, to, count) => {
    const span = to - from;
    if (!(span > 0)) return [from];
    const power = 10 ** Math.floor(Math.log10(span / count));
    const unit = [1, 2, 5, 10].map(factor => factor * power).find(size => span / size <= count);
    const list = [];
    for (let i = Math.ceil(from / unit - 1e-9); i * unit <= to + unit * 1e-9; i++) list.push(+(i * unit).toPrecision(12));
    return list;
  };
  const logTicks = (from, to) => {
    const list = [];
    for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++) {
      for (const factor of to / from > 100 ? [1] : [1, 1.5, 2, 3, 4, 5, 6, 8]) {
        const value = +(factor * 10 ** power).toPrecision(6);
        if (value >= from && value <= to) list.push(value);
      }
    }
    return list.length > 1 ? list : [from, to];
  };

  // --- the tip under the pointer ---
  const tip = document.getElementById("tip");
  const showTip = (event, head, rows) => {
    tip.replaceChildren(tag("strong", {}, head), ...rows);
    const box = tip.getBoundingClientRect();
    const left = event.clientX + 16 + box.width > innerWidth ? event.clientX - box.width - 16 : event.clientX + 16;
    tip.style.left = `${Math.max(4, left)}px`;
    tip.style.top = `${Math.max(4, Math.min(event.clientY + 12, innerHeight - box.height - 4))}px`;
    tip.style.visibility = "visible";
  };
  const hideTip = () => { tip.style.visibility = "hidden"; };

  // Averages over the past with a share that falls by half in so many points; the start is corrected as in Adam.
  const smoothed = values => {
    if (state.smooth === 0) return values;
    let sum = 0, weight = 0;
    return values.map(value => {
      if (value === null) return null;
      sum = state.smooth * sum + (1 - state.smooth) * value;
      weight = state.smooth * weight + (1 - state.smooth);
      return sum / weight;
    });
  };

  // --- curves ---
  let charts = 0;
  const chart = (title, series, options = {}) => {
    const chartCount = charts++;
    const drawing = svg("svg", { role: "img", "aria-label": title });
    const card = tag("div", { class: options.wide ? "card wide" : "card" }, tag("h3", {}, title));
    if (options.note) card.append(tag("div", { class: "note" }, options.note));
    card.append(drawing);
    let width = 0;
    const draw = () => {
      if (width === 0) return;
      const height = options.wide ? Math.max(240, Math.min(380, width * 0.34)) : 220;
      const margin = { left: 58, right: 12, top: 10, bottom: 30 };
      drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
      drawing.setAttribute("height", height);
      drawing.replaceChildren();
      const lines = series.filter(one => !state.hidden.has(one.run)).map(one => {
        const x = xOf(one.run);
        const values = one.smooth ? smoothed(one.curve.v) : one.curve.v;
        return { ...one, xs: one.curve.s.map(x), ys: values };
      }).filter(one => one.xs.some((x, i) => x !== null && one.ys[i] !== null));
      if (lines.length === 0) {
        drawing.append(svg("text", { x: width / 2, y: height / 2, "text-anchor": "middle" }, "nothing to show"));
        return;
      }
      const log = state.log && options.log;
      const allX = lines.flatMap(one => one.xs.filter(x => x !== null));
      const [minX, maxX] = state.zoom ?? [least(allX), most(allX)];
      // The first steps of a loss are far above all that follows, so they do not set the scale.
      const fromX = options.focus && !log && !state.zoom && lines.some(one => one.xs.length > 50) ? minX + 0.04 * (maxX - minX) : minX;
      const visible = from => lines.flatMap(one => one.ys.filter((y, i) => y !== null && (!log || y > 0) && one.xs[i] !== null && one.xs[i] >= from && one.xs[i] <= maxX));
      const allY = [visible(fromX), visible(minX), visible(-Infinity)].find(list => list.length > 0) ?? [0, 1];
      let minY = least(allY), maxY = most(allY);
      if (options.zero && !log) minY = Math.min(0, minY);
      if (minY === maxY) { minY -= Math.abs(minY) * 0.05 + 1e-9; maxY += Math.abs(maxY) * 0.05 + 1e-9; }
      const place = log ? y => Math.log(y) : y => y;
      const padding = log || options.zero ? 0 : (maxY - minY) * 0.04;
      const [low, high] = [place(log ? minY : minY - padding), place(maxY) + padding];
      const toX = x => margin.left + (maxX > minX ? (x - minX) / (maxX - minX) : 0.5) * (width - margin.left - margin.right);
      const toY = y => height - margin.bottom - (place(y) - low) / (high - low) * (height - margin.top - margin.bottom);
      for (const y of log ? logTicks(minY, maxY) : ticks(minY - padding, maxY + padding, 5)) {
        drawing.append(svg("line", { class: "gridline", x1: margin.left, x2: width - margin.right, y1: toY(y), y2: toY(y) }));
        drawing.append(svg("text", { x: margin.left - 8, y: toY(y) + 4, "text-anchor": "end" }, format(y)));
      }
      for (const x of ticks(minX, maxX, Math.max(4, Math.floor(width / 110)))) {
        drawing.append(svg("text", { x: toX(x), y: height - margin.bottom + 16, "text-anchor": "middle" }, format(x)));
      }
      drawing.append(svg("line", { class: "axis", x1: margin.left, x2: width - margin.right, y1: height - margin.bottom, y2: height - margin.bottom }));
      drawing.append(svg("text", { x: width - margin.right, y: height - 2, "text-anchor": "end" }, axes[state.x]));
      const clip = `clip-${chartCount}`;
      const clipPath = svg("clipPath", { id: clip });
      clipPath.append(svg("rect", { x: margin.left, y: margin.top - 4, width: width - margin.left - margin.right, height: height - margin.top - margin.bottom + 4 }));
      const plot = svg("g", { "clip-path": `url(#${clip})` });
      drawing.append(clipPath, plot);
      const path = (xs, ys) => {
        let text = "", pen = false;
        xs.forEach((x, i) => {
          if (x === null || ys[i] === null || (log && ys[i] <= 0)) { pen = false; return; }
          text += `${pen ? "L" : "M"}${toX(x).toFixed(1)} ${toY(ys[i]).toFixed(1)}`;
          pen = true;
        });
        return text;
      };
      for (const one of lines) {
        if (one.curve.lo && one.smooth && !log) {
          const there = path(one.xs, one.curve.lo), back = path([...one.xs].reverse(), [...one.curve.hi].reverse());
          const isWhole = one.xs.every((x, i) => x !== null && one.curve.lo[i] !== null && one.curve.hi[i] !== null);
          if (isWhole) plot.append(svg("path", { d: `${there}L${back.slice(1)}Z`, fill: one.run.color, "fill-opacity": 0.1 }));
        }
      }
      for (const one of lines) {
        plot.append(svg("path", {
          d: path(one.xs, one.ys), fill: "none", stroke: one.run.color, "stroke-width": one.strong ? 2.4 : 1.4,
          "stroke-opacity": one.strong || !one.faint ? 1 : 0.6, "stroke-dasharray": one.run.dash, "stroke-linejoin": "round",
        }));
        if (one.strong) {
          one.xs.forEach((x, i) => {
            if (x !== null && one.ys[i] !== null && (!log || one.ys[i] > 0) && one.xs.length <= 60) plot.append(svg("circle", { cx: toX(x), cy: toY(one.ys[i]), r: 3, fill: one.run.color }));
          });
        }
      }
      const cursor = svg("line", { class: "cursor", y1: margin.top, y2: height - margin.bottom, visibility: "hidden" });
      const dots = lines.map(one => svg("circle", { r: 3.5, fill: one.run.color, stroke: "var(--card)", visibility: "hidden" }));
      const selection = svg("rect", { class: "selection", y: margin.top, height: height - margin.top - margin.bottom, visibility: "hidden" });
      drawing.append(selection, cursor, ...dots);
      const xUnder = event => {
        const box = drawing.getBoundingClientRect();
        return minX + Math.min(1, Math.max(0, (event.clientX - box.left - margin.left) / (width - margin.left - margin.right))) * (maxX - minX);
      };
      let dragged = null;
      drawing.onpointerdown = event => { if (event.pointerType === "mouse" && event.button === 0) dragged = xUnder(event); };
      drawing.onpointerup = event => {
        const from = dragged, to = xUnder(event);
        dragged = null;
        selection.setAttribute("visibility", "hidden");
        if (from === null || Math.abs(to - from) < (maxX - minX) * 0.01) return;
        state.zoom = [Math.min(from, to), Math.max(from, to)];
        hideTip();
        redraw();
      };
      drawing.ondblclick = () => { state.zoom = null; redraw(); };
      drawing.onpointermove = event => {
        const at = xUnder(event);
        if (dragged !== null) {
          selection.setAttribute("x", toX(Math.min(at, dragged)));
          selection.setAttribute("width", Math.abs(toX(at) - toX(dragged)));
          selection.setAttribute("visibility", "visible");
        }
        const rows = lines.map((one, n) => {
          let best = -1;
          one.xs.forEach((x, i) => {
            if (x !== null && one.ys[i] !== null && (best < 0 || Math.abs(x - at) < Math.abs(one.xs[best] - at))) best = i;
          });
          const inside = best >= 0 && Math.abs(one.xs[best] - at) <= Math.max((maxX - minX) * 0.02, (last(one.xs) - one.xs[0]) / one.xs.length);
          dots[n].setAttribute("visibility", inside && (!log || one.ys[best] > 0) && toY(one.ys[best]) >= margin.top ? "visible" : "hidden");
          if (!inside) return null;
          if (!log || one.ys[best] > 0) { dots[n].setAttribute("cx", toX(one.xs[best])); dots[n].setAttribute("cy", toY(one.ys[best])); }
          const range = one.curve.lo && one.curve.lo[best] !== null ? ` (${format(one.curve.lo[best])} to ${format(one.curve.hi[best])})` : "";
          return tag("div", {}, swatch(one.run), tag("span", {}, one.label), tag("span", {}, format(one.ys[best]) + range));
        }).filter(row => row !== null);
        cursor.setAttribute("x1", toX(at));
        cursor.setAttribute("x2", toX(at));
        cursor.setAttribute("visibility", "visible");
        showTip(event, `${format(at)} ${axes[state.x]}`, rows);
      };
      drawing.onpointerleave = () => {
        hideTip();
        dragged = null;
        [selection, cursor, ...dots].forEach(node => node.setAttribute("visibility", "hidden"));
      };
    };
    new ResizeObserver(entries => {
      const now = Math.round(entries[0].contentRect.width);
      if (now !== width) { width = now; draw(); }
    }).observe(drawing);
    redraws.push(draw);
    return card;
  };
  const series = (name, extra = {}) => runs.filter(run => run.curves[name]).map(run => ({ run, label: run.name + (extra.suffix ?? ""), curve: run.curves[name], ...extra }));

  // --- summary ---
  const summary = () => {
    const columns = [
      ["best valid loss", run => lowest(run.curves["valid/loss"]), format, "low"],
      ["perplexity", run => lowest(run.curves["valid/perplexity"]), format, "low"],
      ["bits per byte", run => lowest(run.curves["valid/bits_per_byte"]), format, "low"],
      ["last train loss", run => last(numbers(run.curves["train/loss"])), format],
      ["steps", run => most(Object.values(run.curves).map(curve => last(curve.s) ?? 0)), format],
      ["tokens", run => last(numbers(run.curves["train/tokens"])), format],
      ["tokens/s (median)", run => median(run.curves["train/tokens_per_second"]), format, "high"],
      ["time", run => last(numbers(run.curves["train/seconds"])), duration],
      ["parameters", run => factOf(run, "parameters") === undefined ? undefined : +factOf(run, "parameters"), format],
      ["kept, mean of blocks", run => {
        const blocks = run.validKept.length > 0 ? run.validKept : run.kept;
        const ends = blocks.map(block => last(numbers(block))).filter(value => value !== undefined);
        return ends.length > 0 ? ends.reduce((sum, value) => sum + value, 0) / ends.length : undefined;
      }, percent],
      ["state", run => factOf(run, "state"), text => text ?? "–"],
    ].filter(([, get]) => runs.some(run => get(run) !== undefined));
    const body = runs.map(run => tag("tr", {}, tag("td", { class: "name" }, swatch(run), " ", run.name),
      ...columns.map(([, get, show, better]) => {
        const value = get(run);
        const all = runs.map(get).filter(other => other !== undefined);
        const isBest = better && all.length > 1 && value !== undefined && value === (better === "low" ? least(all) : most(all));
        return tag("td", { class: isBest ? "best" : "" }, show(value));
      })));
    document.getElementById("summary").append(tag("h2", {}, "Summary"), tag("div", { class: "card scroll" }, tag("table", {},
      tag("thead", {}, tag("tr", {}, tag("th", {}, "run"), ...columns.map(([name]) => tag("th", {}, name)))), tag("tbody", {}, ...body))));
  };

  const curves = () => {
    const names = [...new Set(runs.flatMap(run => Object.keys(run.curves)))];
    const place = document.getElementById("curves");
    const grid = tag("div", { class: "grid" });
    const loss = [...series("train/loss", { smooth: true, faint: true, suffix: " · train" }), ...series("valid/loss", { strong: true, suffix: " · valid" })];
    const used = new Set(["train/loss", "valid/loss", "train/tokens", "train/seconds", "train/epoch"]);
    if (loss.length > 0) grid.append(chart("Loss (nats per token)", loss, {
      wide: true, log: true, focus: true, note: "thin: training batches; thick: validation; drag over a curve to look closer, double-click to see all",
    }));
    const known = [
      ["valid/bits_per_byte", "Bits per byte (valid)", { strong: true }, { log: true }],
      ["train/learning_rate", "Learning rate", {}, { zero: true }],
      ["train/tokens_per_second", "Tokens per second", { smooth: true }, { zero: true }],
      ["train/gradient_norm", "Gradient norm", { smooth: true }, { log: true }],
    ];
    for (const [name, title, extra, options] of known) {
      used.add(name);
      if (names.includes(name)) grid.append(chart(title, series(name, extra), options));
    }
    const rest = names.filter(name => !used.has(name)).sort();
    place.append(tag("h2", {}, "Curves"), grid);
    if (rest.length > 0) {
      const more = tag("div", { class: "grid" });
      for (const name of rest) more.append(chart(name, series(name, { smooth: name.startsWith("train/"), strong: name.startsWith("valid/") }), { log: true }));
      place.append(tag("details", {}, tag("summary", {}, `${rest.length} more`), more));
    }
  };

  // --- kept shares ---
  const heatMap = (run, blocks, title) => {
    const drawing = svg("svg", { role: "img", "aria-label": title });
    const card = tag("div", { class: "card" }, tag("h3", {}, swatch(run), " ", title), drawing);
    let width = 0;
    const draw = () => {
      card.style.display = state.hidden.has(run) ? "none" : "";
      if (width === 0) return;
      const row = Math.max(12, Math.min(24, 200 / blocks.length));
      const margin = { left: 58, right: 52, top: 4, bottom: 30 };
      const height = margin.top + margin.bottom + row * blocks.length;
      drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
      drawing.setAttribute("height", height);
      drawing.replaceChildren();
      const x = xOf(run);
      const ends = blocks.flatMap(block => block.s.map(x)).filter(at => at !== null);
      const maxX = ends.length > 0 ? most(ends) : 0;
      if (maxX === 0) return;
      const toX = at => margin.left + at / maxX * (width - margin.left - margin.right);
      blocks.forEach((block, n) => {
        const top = margin.top + n * row;
        drawing.append(svg("text", { x: margin.left - 8, y: top + row / 2 + 4, "text-anchor": "end" }, `block ${block.block}`));
        drawing.append(svg("text", { x: width - margin.right + 8, y: top + row / 2 + 4 }, percent(last(numbers(block)))));
        block.s.forEach((step, i) => {
          if (block.v[i] === null || x(step) === null) return;
          // Whole pixels, so that neighbours neither overlap nor leave gaps.
          const from = Math.round(toX(i === 0 ? 0 : x(block.s[i - 1]))), to = Math.round(toX(x(step)));
          if (to === from) return;
          const cell = svg("rect", { class: "cell", x: from, y: Math.round(top), width: to - from, height: Math.round(row) - 1, "fill-opacity": 0.05 + 0.95 * Math.min(1, Math.max(0, block.v[i])) });
          cell.onpointermove = event => showTip(event, `${format(x(step))} ${axes[state.x]}`, [tag("div", {}, tag("span", {}, `block ${block.block}`), tag("span", {}, percent(block.v[i])))]);
          drawing.append(cell);
        });
      });
      for (const at of ticks(0, maxX, Math.max(4, Math.floor(width / 130)))) {
        drawing.append(svg("text", { x: toX(at), y: height - margin.bottom + 16, "text-anchor": "middle" }, format(at)));
      }
      drawing.append(svg("text", { x: width - margin.right, y: height - 2, "text-anchor": "end" }, axes[state.x]));
      drawing.onpointerleave = hideTip;
    };
    new ResizeObserver(entries => {
      const now = Math.round(entries[0].contentRect.width);
      if (now !== width) { width = now; draw(); }
    }).observe(card);
    redraws.push(draw);
    return card;
  };
  const shares = () => {
    if (!runs.some(run => run.kept.length + run.validKept.length > 0)) return;
    const grid = tag("div", { class: "grid" });
    for (const run of runs) {
      if (run.kept.length > 0) grid.append(heatMap(run, run.kept, `${run.name} · training`));
      if (run.validKept.length > 0) grid.append(heatMap(run, run.validKept, `${run.name} · validation`));
    }
    document.getElementById("shares").append(tag("h2", {}, "Share of tokens that each block computes"),
      tag("p", { class: "note" }, "0 % ", tag("span", { class: "scale" }), " 100 %; at the right the last value"), grid);
  };

  // --- samples ---
  const samples = () => {
    const telling = runs.filter(run => run.samples.length > 0);
    if (telling.length === 0) return;
    const steps = [...new Set(telling.flatMap(run => run.samples.map(group => group.step ?? 0)))].sort((a, b) => a - b);
    const grid = tag("div", { class: "grid narrow" });
    const slider = tag("input", { type: "range", min: 0, max: steps.length - 1, value: steps.length - 1, "aria-label": "step of the samples" });
    const label = tag("span", { class: "note" });
    const draw = () => {
      const step = steps[+slider.value];
      label.textContent = `up to step ${format(step)}`;
      grid.replaceChildren(...telling.filter(run => !state.hidden.has(run)).map(run => {
        const group = run.samples.filter(one => (one.step ?? 0) <= step).pop();
        const card = tag("div", { class: "card" }, tag("h3", {}, swatch(run), " ", run.name));
        if (!group) { card.append(tag("p", { class: "note" }, "no sample yet")); return card; }
        if (group.step !== undefined) card.append(tag("div", { class: "note" }, `step ${format(group.step)}`));
        card.append(...group.texts.map(text => tag("div", { class: "sample" }, text)));
        if (group.notes.length > 0) card.append(tag("details", {}, tag("summary", {}, "how it was made"), tag("div", { class: "scroll" },
          tag("table", { class: "texts" }, ...group.notes.map(([name, value]) => tag("tr", {}, tag("td", {}, name), tag("td", {}, value)))))));
        return card;
      }));
    };
    slider.addEventListener("input", draw);
    redraws.push(draw);
    document.getElementById("samples").append(tag("h2", {}, "Samples"));
    if (steps.length > 1) document.getElementById("samples").append(tag("p", {}, slider, " ", label));
    document.getElementById("samples").append(grid);
    draw();
  };

  // --- tables of names and values ---
  const table = (lists, onlyDifferent) => {
    const names = [...new Set(lists.flatMap(list => list.map(([name]) => name)))];
    const rows = names.map(name => {
      const values = lists.map(list => { const found = list.find(([key]) => key === name); return found ? found[1] : undefined; });
      const common = values.reduce((often, value) => values.filter(other => other === value).length > values.filter(other => other === often).length ? value : often, values[0]);
      return { name, values, common, differs: values.some(value => value !== values[0]) };
    }).filter(row => !onlyDifferent || row.differs);
    if (rows.length === 0) return null;
    return tag("div", { class: "card scroll" }, tag("table", { class: "texts" },
      tag("thead", {}, tag("tr", {}, tag("th", {}, ""), ...runs.map(run => tag("th", {}, swatch(run), " ", run.name)))),
      tag("tbody", {}, ...rows.map(row => tag("tr", {}, tag("td", {}, row.name),
        ...row.values.map(value => tag("td", { class: row.differs && value !== row.common ? "odd" : "" }, value === "" ? "(empty)" : value ?? "–")))))));
  };
  const tables = () => {
    const configurations = runs.map(run => run.config), place = document.getElementById("differences");
    if (configurations.some(list => list.length > 0)) {
      place.append(tag("h2", {}, runs.length > 1 ? "Differences of the configurations" : "Configuration"));
      if (runs.length > 1) place.append(table(configurations, true) ?? tag("p", { class: "note" }, "There are none."));
      place.append(tag("details", {}, tag("summary", {}, "all options"), table(configurations, false)));
    }
    const facts = table(runs.map(run => run.facts), false);
    if (facts) document.getElementById("facts").append(tag("h2", {}, "Facts"), facts);
  };

  const controls = () => {
    const hasAxis = axis => axis === "step" || runs.some(run => run.curves[`train/${axis}`]);
    const legend = tag("div", { class: "legend" }, ...runs.map(run => tag("button", {
      type: "button", "aria-pressed": "true", title: run.folder,
      onclick: event => {
        const button = event.currentTarget;
        if (state.hidden.has(run)) state.hidden.delete(run); else state.hidden.add(run);
        button.setAttribute("aria-pressed", String(!state.hidden.has(run)));
        redraw();
      },
    }, swatch(run), run.name)));
    const axis = tag("select", { onchange: event => { state.x = event.target.value; state.zoom = null; redraw(); } },
      ...Object.entries(axes).filter(([key]) => hasAxis(key)).map(([key, name]) => tag("option", { value: key }, name)));
    const smooth = tag("input", { type: "range", min: 0, max: 0.98, step: 0.02, value: 0, oninput: event => { state.smooth = +event.target.value; redraw(); } });
    const log = tag("input", { type: "checkbox", onchange: event => { state.log = event.target.checked; redraw(); } });
    const theme = tag("button", { type: "button", onclick: () => {
      const root = document.documentElement;
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
    } }, "light / dark");
    document.getElementById("controls").append(legend, tag("label", {}, "over", axis), tag("label", {}, "smooth", smooth), tag("label", {}, log, "log scale"), theme);
  };

  document.getElementById("problems").append(...runs.flatMap(run => run.problems.map(problem => tag("p", { class: "problem" }, problem))));
  controls();
  summary();
  curves();
  shares();
  samples();
  tables();
})();
