import { json } from '@tautline/core'
import { useWebSocket } from '@tautline/vue'
import { type Ref, effectScope } from 'vue'

interface Price {
  readonly price: number
}

/** Also outside of a component: an effect scope owns the connection. */
export function usePrices(symbol: Ref<string>) {
  const scope = effectScope(true)
  const connection = scope.run(() => useWebSocket(() => `/prices/${symbol.value}`, { codec: json<Price>() }))
  return { data: connection?.data, stop: () => scope.stop() }
}
