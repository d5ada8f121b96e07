/** A line of a chart; its points are in order of x. */
export interface Curve {
  /** The name, which is also the CSS class for the colour. */
  readonly name: string
  readonly label: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

/** The plot area of a panel, without its labels. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The smallest distance between two labels, from baseline to baseline. */
export const LINE_HEIGHT = 17
/** The distance of zero below the plot. A logarithmic axis does not contain zero. */
const BELOW = 30

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
const at = (value: number): string => value.toFixed(1).replace('.0', '')
export const text = (x: number, y: number, kind: string, content: string): string =>
  `<text x="${at(x)}" y="${at(y)}" class="${kind}">${escaped(content)}</text>`
const rule = (x1: number, y1: number, x2: number, y2: number, kind = 'grid'): string =>
  `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" class="${kind}"/>`

/** The powers of ten around some values. A value slightly beyond one, by a twentieth of a decade, does not need the next. */
function decades(values: readonly number[]): { low: number; high: number; powers: number[] } {
  const logs = values.filter((value) => value > 0).map(Math.log10)
  const low = Math.floor(Math.min(...logs) + 0.05)
  const high = Math.max(low + 1, Math.ceil(Math.max(...logs) - 0.05))
  return { low, high, powers: Array.from({ length: high - low + 1 }, (_, step) => 10 ** (low + step)) }
}

/** Moves positions apart: down, and up again from the last one when there is no more room. */
export function apart(positions: readonly number[], lowest: number): number[] {
  const order = positions
    .map((position, index) => ({ position, index }))
    .toSorted((a, b) => a.position - b.position)
  let least = Number.NEGATIVE_INFINITY
  for (const item of order) least = (item.position = Math.max(item.position, least)) + LINE_HEIGHT
  let most = lowest
  for (const item of order.toReversed()) most = (item.position = Math.min(item.position, most)) - LINE_HEIGHT
  return order.toSorted((a, b) => a.index - b.index).map(({ position }) => position)
}

const tick = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 3 })

/** Draws a chart with logarithmic axes. Zero has its own line below the others, and each curve has a label at its end. */
export function panel(title: string, xTitle: string, curves: readonly Curve[], box: Box): string {
  const { left, top, width, height } = box
  const [right, bottom] = [left + width, top + height]
  const all = curves.flatMap(({ points }) => points)
  const [xs, ys] = [decades(all.map(({ x }) => x)), decades(all.map(({ y }) => y))]
  const none = all.some(({ y }) => y === 0)
  const foot = none ? bottom + BELOW : bottom
  const toX = (x: number) => left + (width * (Math.log10(x) - xs.low)) / (xs.high - xs.low)
  const toY = (y: number) =>
    y === 0 ? foot : bottom - (height * (Math.log10(y) - ys.low)) / (ys.high - ys.low)
  const axes = [
    text(left - 52, top - 22, 'title', title),
    ...ys.powers.map((y) => rule(left, toY(y), right, toY(y)) + text(left - 8, toY(y) + 4, 'y', tick(y))),
    ...xs.powers.map((x) => rule(toX(x), top, toX(x), bottom) + text(toX(x), foot + 23, 'x', tick(x))),
    ...(none ? [rule(left, foot, right, foot), text(left - 8, foot + 4, 'y', '0')] : []),
    text(left + width / 2, foot + 45, 'x', xTitle),
  ]
  const curvePaths = curves.map(({ name, points }, index) => {
    // Shifts curves at zero, so that they do not cover each other.
    const zeros = curves.slice(0, index).filter(({ points }) => points.every(({ y }) => y === 0)).length
    const positions = points.map(({ x, y }) => [toX(x), toY(y) + (y === 0 ? 4 * zeros : 0)] as const)
    const path = positions.map(([x, y], step) => `${step === 0 ? 'M' : 'L'}${at(x)} ${at(y)}`).join('')
    const dots = positions.map(([x, y]) => `<circle cx="${at(x)}" cy="${at(y)}" r="3.5"/>`).join('')
    return `<g class="${name}"><path d="${path}"/>${dots}</g>`
  })
  const ends = apart(
    curves.map(({ points }) => toY(points.at(-1)?.y ?? 0)),
    foot,
  )
  const labels = curves.map(({ name, label }, index) =>
    text(right + 12, (ends[index] ?? foot) + 4, `label ${name}`, label),
  )
  return [...axes, ...curvePaths, ...labels].join('\n')
}
