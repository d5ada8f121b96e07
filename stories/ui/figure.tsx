import type { ReactNode } from 'react'

/** A row of figures. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return <dl className="figures">{children}</dl>
}

/** A number with its name. */
export function Figure(props: {
  readonly name: string
  readonly value: string | number
  readonly unit?: string
  readonly tone?: 'good' | 'bad' | 'busy' | undefined
}) {
  const { name, value, unit, tone } = props
  return (
    <div className="figure" data-tone={tone}>
      <dt>{name}</dt>
      <dd>
        {typeof value === 'number' ? formatNumber(value) : value}
        {unit !== undefined && <small>{unit}</small>}
      </dd>
    </div>
  )
}

const format = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** Formats a whole number. */
export function formatNumber(value: number): string {
  return format.format(value)
}
