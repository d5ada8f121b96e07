import { useSyncExternalStore } from 'react'
import type { NetworkSwitch } from './network-switch.ts'

/** Switches the network of a story off and on. */
export function NetworkButton({ network: { isOnline } }: { readonly network: NetworkSwitch }) {
  const isOn = useSyncExternalStore(isOnline.subscribe, isOnline.getSnapshot)
  return (
    <div className="row">
      <button className="button" data-look="fault" aria-pressed={!isOn} onClick={() => isOnline.set(!isOn)}>
        {isOn ? 'Disconnect the network' : 'Connect the network'}
      </button>
      <span className="note" role="status">
        {isOn ? 'The network is connected.' : 'There is no network.'}
      </span>
    </div>
  )
}
