// The bars of the time line, drawn by ECharts on a canvas; what a hand does on them is in timeline.ts.
import { BarChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { number } from "../../lib/words";
import type { Palette } from "./palette";
import type { Timeline } from "./types";

use([BarChart, GridComponent, CanvasRenderer]);

export interface Chart {
  draw(timeline: Timeline, isStacked: boolean, palette: Palette): void;
  resize(): void;
  /** Pixels from the left of the host to the beginning and the end of the bars. */
  plot(): { left: number; right: number; top: number; bottom: number };
}

const GRID = { left: 52, right: 12, top: 10, bottom: 24 };

function short(value: number): string {
  return value >= 10_000 ? `${number(value / 1000)} k` : number(value);
}

export function makeChart(host: HTMLElement): Chart {
  const chart = init(host, null, { renderer: "canvas" });
  return {
    draw(timeline, isStacked, palette) {
      const plain = { type: "bar" as const, silent: true, barCategoryGap: timeline.starts.length > 90 ? "8%" : "18%", animation: false };
      const front = isStacked
        ? timeline.families.map((series) => ({ ...plain, name: series.label, stack: "selected", data: [...series.counts], itemStyle: { color: series.colour === null ? palette.others : (palette.category[series.colour] ?? palette.others) } }))
        : [{ ...plain, name: "", stack: "selected", data: [...timeline.selected], itemStyle: { color: palette.accent } }];
      chart.setOption(
        {
          animation: false,
          grid: GRID,
          textStyle: { fontFamily: getComputedStyle(host).fontFamily, fontSize: 12, color: palette.muted },
          xAxis: {
            type: "category",
            data: [...timeline.labels],
            axisTick: { show: false },
            axisLine: { lineStyle: { color: palette.line } },
            axisLabel: { color: palette.muted, hideOverlap: true, fontSize: 12 },
          },
          yAxis: {
            type: "value",
            splitNumber: 2,
            minInterval: 1,
            axisLabel: { color: palette.muted, formatter: short, fontSize: 12 },
            splitLine: { lineStyle: { color: palette.line, opacity: 0.6 } },
          },
          series: [{ ...plain, name: "around", data: [...timeline.around], barGap: "-100%", z: 1, itemStyle: { color: palette.around } }, ...front.map((series) => ({ ...series, barGap: "-100%", z: 2 }))],
        },
        { notMerge: true, lazyUpdate: false },
      );
    },
    resize() {
      chart.resize({ animation: { duration: 0 } });
    },
    plot() {
      return { left: GRID.left, right: host.clientWidth - GRID.right, top: GRID.top, bottom: host.clientHeight - GRID.bottom };
    },
  };
}
