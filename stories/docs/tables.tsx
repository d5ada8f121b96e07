import type { ReactNode } from 'react'
import type { Row } from './option-docs.ts'

/** A table of options or results, with types, defaults and meanings. */
export function ApiTable(props: {
  readonly rows: Readonly<Record<string, Row>>
  readonly head: string
  readonly kind?: string
}) {
  const { rows, head, kind = 'Type' } = props
  const entries = Object.entries(rows)
  const withPresets = entries.some(([, { preset }]) => preset !== undefined)
  return (
    <div className="sb-unstyled doc-table" role="region" aria-label={head} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col">Meaning</th>
            <th scope="col">{kind}</th>
            {withPresets && <th scope="col">Default</th>}
          </tr>
        </thead>
        <tbody>
          {entries.map(([name, { type, preset, text }]) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td>{text}</td>
              <td className="doc-type" data-head={kind}>
                {kind === 'Type' ? <code>{type}</code> : type}
              </td>
              {withPresets && <td data-head="Default">{preset ?? '–'}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A table with the given cells. */
export function PlainTable({
  head,
  rows,
}: {
  readonly head: readonly string[]
  readonly rows: readonly (readonly ReactNode[])[]
}) {
  return (
    <div className="sb-unstyled doc-table" role="region" aria-label={head.join(', ')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head.map((cell) => (
              <th key={cell} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, column) => (
                <td key={column} data-head={column > 0 ? head[column] : undefined}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
