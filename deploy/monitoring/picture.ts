import type { Dashboard, Panel } from './expressions.ts';
import { withValues } from './expressions.ts';
import type { Series } from './prometheus.ts';
import { formatValue, niceCeiling } from './units.ts';

/** Asks Prometheus for what an expression was over the time that the picture shows. */
export type Ask = (expression: string) => Promise<readonly Series[]>;

/** Of one unit of Grafana's grid, pixels. */
const CELL = { width: 50, height: 30 };
const WIDTH = 24 * CELL.width;
const GAP = 4;
const TITLE_HEIGHT = 24;
const LEGEND_LINE = 14;
/** What a character of the legend is wide, on average, pixels. */
const LETTER = 5.6;
const COLORS = [
  '#2f7ed8',
  '#d9534f',
  '#3a9d5d',
  '#e8a33d',
  '#8256c9',
  '#17a2b8',
  '#c2569b',
  '#7a6a58',
];

interface Line {
  readonly name: string;
  readonly color: string;
  readonly points: readonly (readonly [time: number, value: number])[];
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Draws a dashboard's panels where Grafana has them, numbers and lines; no more than a likeness.
 *
 * @returns the picture, as SVG
 */
export async function drawDashboard({ title, panels }: Dashboard, ask: Ask): Promise<string> {
  const drawn: string[] = [];
  for (const panel of panels) {
    drawn.push(panel.type === 'row' ? drawRow(panel) : await drawPanel(panel, ask));
  }
  const height = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h)) * CELL.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="10">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#f4f5f5"/>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

function drawRow({ title, gridPos }: Panel): string {
  const y = gridPos.y * CELL.height + 20;
  return `<text x="8" y="${y}" font-size="14" font-weight="bold" fill="#333">${escape(title)}</text>`;
}

async function drawPanel(panel: Panel, ask: Ask): Promise<string> {
  const { title, gridPos } = panel;
  const box = {
    left: gridPos.x * CELL.width + GAP,
    top: gridPos.y * CELL.height + GAP,
    width: gridPos.w * CELL.width - 2 * GAP,
    height: gridPos.h * CELL.height - 2 * GAP,
  };
  const lines = await linesOf(panel, ask);
  const unit = panel.fieldConfig?.defaults.unit ?? 'short';
  return [
    `<rect x="${box.left}" y="${box.top}" width="${box.width}" height="${box.height}" fill="#fff" stroke="#ddd"/>`,
    `<text x="${box.left + 8}" y="${box.top + 16}" font-size="12" font-weight="bold" fill="#333">${escape(title)}</text>`,
    panel.type === 'stat' ? drawNumber(lines, unit, box) : drawLines(lines, unit, box),
  ].join('\n');
}

async function linesOf({ targets }: Panel, ask: Ask): Promise<readonly Line[]> {
  const answers = await Promise.all(
    targets.map(async ({ expr, legendFormat }) => {
      const series = await ask(withValues(expr));
      return series.map(({ metric, values }) => ({
        name: legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? ''),
        points: values
          .map(([time, value]) => [time, Number(value)] as const)
          .filter(([, value]) => Number.isFinite(value)),
      }));
    }),
  );
  return answers
    .flat()
    .sort((one, other) => one.name.localeCompare(other.name))
    .map((line, index) => ({ ...line, color: COLORS[index % COLORS.length] ?? 'black' }));
}

function drawNumber(
  [line]: readonly Line[],
  unit: string,
  { left, top, width, height }: Box,
): string {
  const value = line?.points.at(-1)?.[1];
  const text = value === undefined ? 'no data' : formatValue(value, unit);
  return `<text x="${left + width / 2}" y="${top + height / 2 + 22}" font-size="30" text-anchor="middle" fill="#3a9d5d">${text}</text>`;
}

function drawLines(lines: readonly Line[], unit: string, box: Box): string {
  const legend = drawLegend(lines, box);
  const area = {
    left: box.left + 52,
    top: box.top + TITLE_HEIGHT + 8,
    width: box.width - 64,
    height: box.height - TITLE_HEIGHT - 26 - legend.height,
  };
  const points = lines.flatMap((line) => line.points);
  const times = points.map(([time]) => time);
  const [start, end] = [Math.min(...times), Math.max(...times)];
  const top = niceCeiling(Math.max(...points.map(([, value]) => value)));
  const x = (time: number): string =>
    (area.left + ((time - start) / (end - start)) * area.width).toFixed(1);
  const y = (value: number): string => (area.top + (1 - value / top) * area.height).toFixed(1);
  const paths = lines.map(({ points: all, color }) => {
    const path = all.map(([time, value]) => `${x(time)},${y(value)}`).join(' ');
    return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="1.4"/>`;
  });
  const grid = [0, 0.5, 1].map(
    (part) =>
      `<path d="M${area.left} ${y(part * top)}h${area.width}" stroke="#e5e5e5"/>` +
      `<text x="${area.left - 6}" y="${Number(y(part * top)) + 3}" text-anchor="end" fill="#666">${formatValue(part * top, unit)}</text>`,
  );
  const clock = [
    { time: start, anchor: 'start' },
    { time: (start + end) / 2, anchor: 'middle' },
    { time: end, anchor: 'end' },
  ].map(
    ({ time, anchor }) =>
      `<text x="${x(time)}" y="${area.top + area.height + 13}" text-anchor="${anchor}" fill="#666">${new Date(time * 1000).toISOString().slice(11, 19)}</text>`,
  );
  return [...grid, ...clock, ...paths, legend.text].join('\n');
}

/** @returns the names of the lines, as many in a row as there is room for */
function drawLegend(lines: readonly Line[], box: Box): { text: string; height: number } {
  const places: { line: Line; x: number; row: number }[] = [];
  let [x, row] = [0, 0];
  for (const line of lines) {
    const width = line.name.length * LETTER + 26;
    if (x > 0 && x + width > box.width - 16) {
      [x, row] = [0, row + 1];
    }
    places.push({ line, x, row });
    x += width;
  }
  const height = (row + 1) * LEGEND_LINE;
  const base = box.top + box.height - height + 8;
  const text = places.map((place) => {
    const [left, y] = [box.left + 8 + place.x, base + place.row * LEGEND_LINE];
    return (
      `<rect x="${left}" y="${y - 5}" width="10" height="3" fill="${place.line.color}"/>` +
      `<text x="${left + 13}" y="${y}" fill="#333">${escape(place.line.name)}</text>`
    );
  });
  return { text: text.join('\n'), height };
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
