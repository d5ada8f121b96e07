import './uploads.css'
import { TautlineProvider } from '@tautline/react'
import { useState } from 'react'
import { NetworkButton } from '../requests/network-button.tsx'
import { useServer } from '../server/server-context.ts'
import { Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { drawPicture } from '../users/picture.ts'
import { ReactParts, ReactWhole } from './react-upload.tsx'
import { FILES_URL, createUploadsEnvironment } from './uploads-environment.ts'
import VueParts from './VueParts.vue'
import VueWhole from './VueWhole.vue'

/** Uploads one file in parts and in one request, while the network comes and goes. */
export function Uploads() {
  const server = useServer()
  const [{ network, platform, cache }] = useState(() => createUploadsEnvironment(server))
  const [defaults] = useState(() => ({ environment: platform, fetch: { cache } }))
  const [file] = useState(() => drawPicture('upload', 1))
  const panelProps = { file, server: FILES_URL, environment: platform, isOnline: network.isOnline }
  return (
    <Stage
      title="Upload and resume"
      description="A file of 12 MB. Above it is sent in parts of 2 MB, as in tus: after a pause or a lost network, the upload goes on with the part that the server does not have. Below it is one request: the hook sends it again by itself as soon as the network is back, but from the first byte. Disconnect the network while both are running."
    >
      <NetworkButton network={network} />
      <TautlineProvider options={defaults}>
        <div className="pair">
          <ReactParts {...panelProps} />
          <Vue of={VueParts} with={panelProps} defaults={defaults} />
        </div>
        <div className="pair">
          <ReactWhole {...panelProps} />
          <Vue of={VueWhole} with={panelProps} defaults={defaults} />
        </div>
      </TautlineProvider>
    </Stage>
  )
}
