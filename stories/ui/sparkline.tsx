import { type Series, SPARK_WIDTH, pointsOf } from './sparkline-points.ts'

/** A small chart of a number over time. The newest value is at the right. */
export function Sparkline(
  props: Pick<Series, 'values'> & Partial<Omit<Series, 'values'>> & { readonly label: string },
) {
  const { values, label, height = 44, slots = 60, floor } = props
  const { line, area } = pointsOf({ values, height, slots, floor })
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${SPARK_WIDTH} ${height}`}
      preserveAspectRatio="none"
      style={{ height }}
      role="img"
      aria-label={label}
    >
      <line className="spark-base" x1="0" x2={SPARK_WIDTH} y1={height - 1} y2={height - 1} />
      {line !== '' && (
        <>
          <polygon className="spark-area" points={area} />
          <polyline className="spark-line" points={line} />
        </>
      )}
    </svg>
  )
}
