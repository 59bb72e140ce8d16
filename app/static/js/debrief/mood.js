// The customer's mood as a line on the waves' own time axis; the table says the same.
import { colour } from "../colours.js";

const points = () =>
  [...document.querySelectorAll("#mood-table tr[data-at]")].map((row) => [Number(row.dataset.at), Number(row.dataset.value)]);

const options = (seconds, box) => {
  const data = points();
  data.push([seconds, data.at(-1)[1]]);
  const soft = colour("--ink-soft");
  return {
    animation: false,
    grid: { left: 0, right: 0, top: 8, bottom: 8 },
    xAxis: { type: "value", min: 0, max: seconds, show: false },
    yAxis: {
      type: "value", min: -5, max: 5, interval: 5,
      axisLabel: { inside: true, color: soft, fontSize: 11, verticalAlign: "middle", formatter: (v) => ({ 5: box.dataset.good, [-5]: box.dataset.bad })[v] ?? "" },
      splitLine: { showMinLine: false, showMaxLine: false, lineStyle: { color: colour("--line") } },
      axisLine: { show: false }, axisTick: { show: false },
    },
    series: [{ type: "line", step: "end", data, symbol: "circle", symbolSize: 6, lineStyle: { color: colour("--customer"), width: 2 }, itemStyle: { color: colour("--customer") } }],
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
  };
};

export const drawMood = (seconds) => {
  const box = document.getElementById("mood-chart");
  if (!box || !window.echarts || points().length === 0) return;
  const chart = window.echarts.init(box, null, { renderer: "canvas" });
  const draw = () => chart.setOption(options(seconds, box), true);
  draw();
  new ResizeObserver(() => chart.resize()).observe(box);
  document.addEventListener("look", draw);
};
