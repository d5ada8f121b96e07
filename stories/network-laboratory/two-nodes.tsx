import './network-laboratory.css'
import { type FormEvent, useMemo, useState } from 'react'
import { Panel, Stage } from '../ui/stage.tsx'
import { Readers } from './readers.tsx'
import { transportsOfNodes } from './transports.ts'
import { type Nodes, useNodes } from './use-nodes.ts'

/** The load balancer of `examples/scale-out`. */
const DEFAULT_ADDRESS = 'http://localhost:8080'

/** Shows what arrives from two nginx nodes, if they run. */
export function TwoNodes({ address: initialAddress = DEFAULT_ADDRESS }: { readonly address?: string }) {
  const [address, setAddress] = useState(initialAddress)
  const { nodes, connect, published, isPublishing, setIsPublishing } = useNodes(initialAddress)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    connect(address.replace(/\/+$/, ''))
  }
  return (
    <Stage
      title="Two nginx nodes"
      description="Two nginx nodes with nchan store their messages in one Redis. A load balancer sends each request to the other node. A message has the same ID on both nodes and over all transports, so no message is lost or doubled. Stop one node, and see what happens."
    >
      <Panel title="Load balancer" detail={nodes.phase === 'ready' ? `${published} messages published` : ''}>
        <form className="network-address" onSubmit={submit}>
          <label>
            Address
            <input
              className="field"
              type="url"
              required
              value={address}
              onChange={({ target }) => setAddress(target.value)}
            />
          </label>
          <button className="button" data-look="primary" disabled={nodes.phase === 'checking'}>
            Connect
          </button>
          <button
            type="button"
            className="button"
            disabled={nodes.phase !== 'ready'}
            onClick={() => setIsPublishing(!isPublishing)}
          >
            {isPublishing ? 'Stop publishing' : 'Publish messages'}
          </button>
          <p role="status" className="note">
            {textOf(nodes)}
          </p>
        </form>
        {nodes.phase === 'unreachable' && <HowToStart />}
      </Panel>
      {nodes.phase === 'ready' && <NodeReaders key={nodes.channel} {...nodes} />}
    </Stage>
  )
}

function textOf({ phase, address }: Nodes): string {
  switch (phase) {
    case 'checking':
      return `Connecting to ${address} …`
    case 'unreachable':
      return `No nodes respond at ${address}. Start them, and press “Connect”.`
    case 'ready':
      return `Connected to ${address}`
  }
}

function HowToStart() {
  return (
    <div className="network-start">
      <p>In the folder of this repository, with Docker:</p>
      <pre>
        <code>{'cd examples/scale-out\ndocker compose up --build'}</code>
      </pre>
      <p className="note">
        The load balancer then listens at {DEFAULT_ADDRESS}. <code>examples/scale-out/README.md</code> says
        how to start the nodes without Docker.
      </p>
    </div>
  )
}

function NodeReaders({ address, channel, startedAt }: Extract<Nodes, { phase: 'ready' }>) {
  const transports = useMemo(() => transportsOfNodes(address, channel), [address, channel])
  return <Readers transports={transports} startedAt={startedAt} />
}
