import { type Live, createLive } from '@tautline/demo-server/live-client'
import { useEffect, useState } from 'react'
import type { NetworkFault, Part } from './faults.ts'

/** A log, and the components that read it. */
export interface Run {
  readonly live: Live
  /** When the components are mounted, as `performance.now()`. */
  readonly startedAt: number
}

/** The faults that are switched on. */
export type ActiveFaults = ReadonlyMap<Part, NetworkFault>

const withFault = (active: ActiveFaults, { part }: NetworkFault, next?: NetworkFault): ActiveFaults => {
  // What is about everything replaces the faults of all parts, and the other way round.
  const others = [...active].filter(([key]) => part !== 'all' && key !== part && key !== 'all')
  return new Map(next ? [...others, [part, next]] : others)
}

const apply = async (live: Live, { part, kind, options }: NetworkFault): Promise<void> => {
  if (kind) await live.fault(part, kind, options)
}

/** Creates a log with these faults and one message. */
async function prepare(serverUrl: string, faults: ActiveFaults): Promise<Run> {
  const live = createLive(serverUrl, `laboratory-${crypto.randomUUID().slice(0, 8)}`)
  for (const fault of faults.values()) await apply(live, fault)
  await live.publish(1)
  return { live, startedAt: performance.now() }
}

/** A log of the demo server with its faults. @param rate how many messages are published each second */
export function useLaboratory(serverUrl: string, rate: number) {
  const [run, setRun] = useState<Run>()
  const [active, setActive] = useState<ActiveFaults>(new Map())
  const [isPublishing, setIsPublishing] = useState(true)

  useEffect(() => {
    let isCurrent = true
    void prepare(serverUrl, new Map()).then((first) => isCurrent && setRun(first))
    return () => {
      isCurrent = false
    }
  }, [serverUrl])

  const live = run?.live
  useEffect(() => {
    if (!live || !isPublishing) return undefined
    const publish = () => void live.publish(rate, { rate })
    const timer = setInterval(publish, 1_000)
    publish()
    return () => clearInterval(timer)
  }, [live, isPublishing, rate])

  async function press(fault: NetworkFault): Promise<void> {
    if (!live) return
    const isOn = active.get(fault.part)?.label === fault.label
    setActive(withFault(active, fault, fault.kind && !isOn ? fault : undefined))
    // The end of everything is the end of its parts.
    if (active.has('all')) await live.heal()
    else if (isOn || fault.cause) await live.heal(fault.part)
    if (!isOn) await apply(live, fault)
    await fault.cause?.(live)
  }

  async function heal(): Promise<void> {
    setActive(new Map())
    await live?.heal()
  }

  const startAgain = async (): Promise<void> => setRun(await prepare(serverUrl, active))

  return { run, active, isPublishing, setIsPublishing, press, heal, startAgain }
}
