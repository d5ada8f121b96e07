/** A line of a chart; its points are in order of x. */
export interface Curve {
  /** Also the class that gives it its colour. */
  readonly name: string
  readonly label: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

/** Where a panel stands in the picture: its plot, without what is written around it. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Two labels are never closer than this, from baseline to baseline. */
export const LINE_HEIGHT = 17
/** How far below the plot zero is, which has no place on a logarithmic axis. */
const BELOW = 30

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
const at = (value: number): string => value.toFixed(1).replace('.0', '')
export const text = (x: number, y: number, kind: string, content: string): string =>
  `<text x="${at(x)}" y="${at(y)}" class="${kind}">${escaped(content)}</text>`
const rule = (x1: number, y1: number, x2: number, y2: number, kind = 'grid'): string =>
  `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" class="${kind}"/>`

/** The powers of ten around some values. What is within a twentieth of a decade of one does not need the next. */
function decades(values: readonly number[]): { low: number; high: number; powers: number[] } {
  const logs = values.filter((value) => value > 0).map(Math.log10)
  const low = Math.floor(Math.min(...logs) + 0.05)
  const high = Math.max(low + 1, Math.ceil(Math.max(...logs) - 0.05))
  return { low, high, powers: Array.from({ length: high - low + 1 }, (_, step) => 10 ** (low + step)) }
}

/** Moves what is too close apart: down, and up again from the last one where there is no more room. In order, as given. */
export function apart(places: readonly number[], lowest: number): number[] {
  const order = places.map((place, index) => ({ place, index })).toSorted((a, b) => a.place - b.place)
  let least = Number.NEGATIVE_INFINITY
  for (const item of order) least = (item.place = Math.max(item.place, least)) + LINE_HEIGHT
  let most = lowest
  for (const item of order.toReversed()) most = (item.place = Math.min(item.place, most)) - LINE_HEIGHT
  return order.toSorted((a, b) => a.index - b.index).map(({ place }) => place)
}

const tick = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 3 })

/** A chart over the logarithms of both, with zero by itself below the others; its lines are named at their ends. */
export function panel(title: string, xTitle: string, curves: readonly Curve[], box: Box): string {
  const { left, top, width, height } = box
  const [right, bottom] = [left + width, top + height]
  const all = curves.flatMap(({ points }) => points)
  const [xs, ys] = [decades(all.map(({ x }) => x)), decades(all.map(({ y }) => y))]
  const none = all.some(({ y }) => y === 0)
  const foot = none ? bottom + BELOW : bottom
  const placeX = (x: number) => left + (width * (Math.log10(x) - xs.low)) / (xs.high - xs.low)
  const placeY = (y: number) =>
    y === 0 ? foot : bottom - (height * (Math.log10(y) - ys.low)) / (ys.high - ys.low)
  const axes = [
    text(left - 52, top - 22, 'title', title),
    ...ys.powers.map(
      (y) => rule(left, placeY(y), right, placeY(y)) + text(left - 8, placeY(y) + 4, 'y', tick(y)),
    ),
    ...xs.powers.map(
      (x) => rule(placeX(x), top, placeX(x), bottom) + text(placeX(x), foot + 23, 'x', tick(x)),
    ),
    ...(none ? [rule(left, foot, right, foot), text(left - 8, foot + 4, 'y', '0')] : []),
    text(left + width / 2, foot + 45, 'x', xTitle),
  ]
  const lines = curves.map(({ name, points }, index) => {
    // Those at zero lie on each other: beside each other both are seen.
    const zeros = curves.slice(0, index).filter(({ points }) => points.every(({ y }) => y === 0)).length
    const places = points.map(({ x, y }) => [placeX(x), placeY(y) + (y === 0 ? 4 * zeros : 0)] as const)
    const path = places.map(([x, y], step) => `${step === 0 ? 'M' : 'L'}${at(x)} ${at(y)}`).join('')
    const dots = places.map(([x, y]) => `<circle cx="${at(x)}" cy="${at(y)}" r="3.5"/>`).join('')
    return `<g class="${name}"><path d="${path}"/>${dots}</g>`
  })
  const ends = apart(
    curves.map(({ points }) => placeY(points.at(-1)?.y ?? 0)),
    foot,
  )
  const labels = curves.map(({ name, label }, index) =>
    text(right + 12, (ends[index] ?? foot) + 4, `label ${name}`, label),
  )
  return [...axes, ...lines, ...labels].join('\n')
}
