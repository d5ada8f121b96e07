import type { ReactNode } from 'react'

/** Some figures in a row. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return <dl className="figures">{children}</dl>
}

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
        {typeof value === 'number' ? figure(value) : value}
        {unit !== undefined && <small>{unit}</small>}
      </dd>
    </div>
  )
}

const format = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

export function figure(value: number): string {
  return format.format(value)
}
