import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export interface Series {
  readonly name: string;
  /** A CSS colour; variables are looked up where the chart stands. */
  readonly colour: string;
  readonly values: readonly number[];
}

export interface ChartOf {
  /** Of the columns, from left to right. */
  readonly labels: readonly string[];
  /** They stand on each other, the first at the bottom. */
  readonly series: readonly Series[];
  readonly valueText: (value: number) => string;
  /** Under the pointer; `undefined`: none is. */
  readonly onPoint: (index: number | undefined) => void;
}

export const chartHeight = 180;
const barWidth = 0.72;
const barPixels = 64;
const pixelsALabel = 58;

/** A chart of stacked columns. Gives what takes it away again. */
export function drawColumns(place: HTMLElement, { labels, series, valueText, onPoint }: ChartOf): { resize(): void; destroy(): void } {
  const style = getComputedStyle(place);
  const colour = (name: string) => resolved(place, name);
  const faint = { stroke: style.color, grid: { show: false }, ticks: { show: false }, font: `11px ${style.fontFamily}` };
  const chart = new uPlot(
    {
      width: Math.max(200, place.clientWidth),
      height: chartHeight,
      legend: { show: false },
      cursor: { y: false, x: true, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: () => [-0.5, labels.length - 0.5] },
        y: { range: (_, __, max) => [0, Math.max(1, max * 1.05)] },
      },
      axes: [
        {
          ...faint,
          size: 30,
          splits: (self) => everyFew(labels.length, Math.max(1, Math.floor(self.width / pixelsALabel))),
          values: (_, splits) => splits.map((index) => labels[index] ?? ""),
        },
        {
          ...faint,
          size: 56,
          grid: { stroke: colour("color-mix(in oklab, currentColor 16%, transparent)"), width: 1 },
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 1e8, 1e9],
          values: (_, splits) => splits.map(valueText),
        },
      ],
      series: [
        {},
        // What stands higher is drawn first, so that each shows above the one below.
        ...series.toReversed().map(({ name, colour: fill }) => ({
          label: name,
          fill: colour(fill),
          points: { show: false },
          ...(uPlot.paths.bars === undefined ? {} : { paths: uPlot.paths.bars({ size: [barWidth, barPixels] }) }),
        })),
      ],
      hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
    },
    [labels.map((_, index) => index), ...stacked(series).toReversed()],
    place,
  );
  return {
    resize: () => chart.setSize({ width: Math.max(200, place.clientWidth), height: chartHeight }),
    destroy: () => chart.destroy(),
  };
}

function stacked(series: readonly Series[]): number[][] {
  const sums: number[][] = [];
  for (const { values } of series) {
    const below = sums.at(-1);
    sums.push(values.map((value, index) => value + (below?.[index] ?? 0)));
  }
  return sums;
}

const everyFew = (count: number, fitting: number): number[] => {
  const step = Math.ceil(count / fitting);
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step);
};

/** A canvas knows no variables. */
function resolved(place: HTMLElement, colour: string): string {
  const probe = document.createElement("i");
  probe.style.color = colour;
  place.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
