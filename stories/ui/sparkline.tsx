const WIDTH = 240

/** The course of a number; the newest is at the right. */
export function Sparkline(props: {
  readonly values: readonly number[]
  readonly label: string
  readonly height?: number
  /** How many values fill the width. */
  readonly slots?: number
  /** What the base line stands for; without it the smallest value. */
  readonly floor?: number
}) {
  const { values, label, height = 44, slots = 60, floor } = props
  const shown = values.slice(-slots)
  const low = floor ?? Math.min(...shown)
  const span = Math.max(...shown) - low || 1
  const points = shown.map((value, index) => {
    const x = WIDTH - (shown.length - 1 - index) * (WIDTH / (slots - 1))
    const y = height - 2 - ((value - low) / span) * (height - 6)
    return `${x.toFixed(1)},${y.toFixed(1)}`
  })
  const first = WIDTH - (shown.length - 1) * (WIDTH / (slots - 1))
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${WIDTH} ${height}`}
      preserveAspectRatio="none"
      style={{ height }}
      role="img"
      aria-label={label}
    >
      <line className="spark-base" x1="0" x2={WIDTH} y1={height - 1} y2={height - 1} />
      {points.length > 1 && (
        <>
          <polygon
            className="spark-area"
            points={`${first},${height} ${points.join(' ')} ${WIDTH},${height}`}
          />
          <polyline className="spark-line" points={points.join(' ')} />
        </>
      )}
    </svg>
  )
}
