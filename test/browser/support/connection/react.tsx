import { Activity, type ReactNode, StrictMode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { useConnection } from '@tautline/react'
import type { ListenerProps, MountPage } from '../../../server/scenarios/connection/components.ts'

function Listener({ createTransports, createOptions, onRender }: ListenerProps): ReactNode {
  const { transport, data } = useConnection(createTransports(), createOptions())
  onRender(transport)
  return <output>{data?.seq}</output>
}

/** Mounts the components with React, in StrictMode. */
export const mountWithReact: MountPage = ({ staying, sharing, continuing, returning }) => {
  const mountPoint = document.body.appendChild(document.createElement('main'))
  const root = createRoot(mountPoint)
  const render = (isShown: boolean) =>
    flushSync(() =>
      root.render(
        <StrictMode>
          <Listener {...staying} />
          {isShown && <Listener {...sharing} />}
          {isShown && <Listener {...continuing} />}
          <Activity mode={isShown ? 'visible' : 'hidden'}>
            <Listener {...returning} />
          </Activity>
        </StrictMode>,
      ),
    )
  render(false)
  const unmount = () => {
    root.unmount()
    mountPoint.remove()
  }
  return { show: (isShown) => mountPoint.isConnected && render(isShown), unmount }
}
