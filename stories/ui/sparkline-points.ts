export const SPARK_WIDTH = 240

export interface Series {
  readonly values: readonly number[]
  readonly height: number
  /** The number of values that fill the width. */
  readonly slots: number
  /** The value of the base line; undefined: the smallest value. */
  readonly floor: number | undefined
}

/** The SVG points of the line, and of the area below it. The newest value is at the right. */
export function pointsOf({ values, height, slots, floor }: Series): { line: string; area: string } {
  const shown = values.slice(-slots)
  const low = floor ?? Math.min(...shown)
  const span = Math.max(...shown) - low || 1
  const points = shown.map((value, index) => {
    const x = SPARK_WIDTH - (shown.length - 1 - index) * (SPARK_WIDTH / (slots - 1))
    const y = height - 2 - ((value - low) / span) * (height - 6)
    return `${x.toFixed(1)},${y.toFixed(1)}`
  })
  const first = SPARK_WIDTH - (shown.length - 1) * (SPARK_WIDTH / (slots - 1))
  const line = points.length > 1 ? points.join(' ') : ''
  return { line, area: line && `${first},${height} ${line} ${SPARK_WIDTH},${height}` }
}
