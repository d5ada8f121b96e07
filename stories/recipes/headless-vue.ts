import { json } from '@tautline/core'
import { useWebSocket } from '@tautline/vue'
import { type Ref, effectScope } from 'vue'

interface Price {
  readonly price: number
}

/** Outside a component too: an effect scope owns the line. */
export function usePrices(symbol: Ref<string>) {
  const scope = effectScope(true)
  const line = scope.run(() => useWebSocket(() => `/prices/${symbol.value}`, { codec: json<Price>() }))
  return { data: line?.data, stop: () => scope.stop() }
}
