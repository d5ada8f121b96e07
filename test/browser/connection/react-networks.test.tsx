import { type ReactNode, StrictMode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { useConnection } from '@tautline/react'
import { liveOptions } from '../../server/scenarios/connection/broken-networks.ts'
import {
  type ComponentProps,
  componentsOnBrokenNetworks,
} from '../../server/scenarios/connection/components.ts'
import { url } from '../support/demo-server.ts'

function Listener({ createTransports, onRender, ...handlers }: ComponentProps): ReactNode {
  const { transport, data } = useConnection(createTransports(), { ...liveOptions, ...handlers })
  onRender(transport)
  return <output>{data?.seq}</output>
}

componentsOnBrokenNetworks(
  () => url,
  (first, second) => {
    const mountPoint = document.body.appendChild(document.createElement('main'))
    const root = createRoot(mountPoint)
    const show = (isShown: boolean) =>
      flushSync(() =>
        root.render(
          <StrictMode>
            <Listener {...first} />
            {isShown && <Listener {...second} />}
          </StrictMode>,
        ),
      )
    show(false)
    const unmount = () => {
      root.unmount()
      mountPoint.remove()
    }
    return { show: (isShown) => mountPoint.isConnected && show(isShown), unmount }
  },
)
