import { json, silence } from '@tautline/core'
import { useEventSource } from '@tautline/react'

interface Price {
  readonly symbol: string
  readonly price: number
}

type Prices = Readonly<Record<string, number>>

const codec = json<Price>()
const setPrice = (prices: Prices, { symbol, price }: Price): Prices => ({ ...prices, [symbol]: price })

/** A table with the latest value of each name. */
export function PriceTable() {
  const { data, status } = useEventSource('/prices', {
    codec,
    reduce: setPrice,
    initialData: {},
    heartbeat: silence(), // the server sends a comment every 15 s
  })
  return (
    <table aria-busy={status !== 'open'}>
      <tbody>
        {Object.entries(data).map(([symbol, price]) => (
          <tr key={symbol}>
            <th>{symbol}</th>
            <td>{price}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
