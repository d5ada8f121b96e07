import { type Route } from '../http-router.ts'
import { type Fields } from '../input.ts'
import { type LiveChannel } from '../live/live-channel.ts'
import { type LiveChannels, readChannel } from '../live/live-channels.ts'
import { readLiveFault, readTransports } from '../live/live-fault.ts'

const MAX_COUNT = 10_000

/** Reads a command for a log. The returned function carries it out. @throws Problem */
type ReadCommand = (fields: Fields) => (channel: LiveChannel) => object

const publish: ReadCommand = (fields) => {
  const count = fields.integer('count', { min: 1, max: MAX_COUNT }, 1)
  const rate = fields.integer('rate', { min: 0, max: 20_000 }, 0)
  return (channel) => channel.publish(count, rate)
}

const setFault: ReadCommand = (fields) => {
  const transports = readTransports(fields)
  const fault = readLiveFault(fields, transports)
  return (channel) => {
    for (const name of transports) channel.transport(name).setFault(fault)
    return { transports, fault: fault.kind }
  }
}

const heal: ReadCommand = (fields) => {
  const transports = readTransports(fields)
  return (channel) => {
    for (const name of transports) channel.transport(name).heal()
    return { transports }
  }
}

const forget: ReadCommand = (fields) => {
  const keep = fields.integer('keep', { min: 0, max: MAX_COUNT }, 0)
  const restart = fields.flag('restart', false)
  return (channel) => {
    channel.forget(keep, restart)
    return { published: channel.log.published, oldest: channel.log.oldest }
  }
}

/** The control routes of the live logs. */
export function liveControlRoutes(channels: LiveChannels): readonly Route[] {
  const command = (name: string, status: number, read: ReadCommand): Route => ({
    method: 'POST',
    path: `/control/live/:name/${name}`,
    async handle({ parameters, body, json }) {
      const fields = await body()
      const act = read(fields)
      fields.nothingElse()
      json(act(readChannel(channels, parameters)), status)
    },
  })

  return [
    {
      method: 'GET',
      path: '/control/live/:name',
      handle: ({ parameters, json }) => json(readChannel(channels, parameters).counts()),
    },
    {
      method: 'GET',
      path: '/control/live/:name/received',
      handle: ({ parameters, json }) => json({ received: readChannel(channels, parameters).received }),
    },
    command('publish', 201, publish),
    command('fault', 201, setFault),
    command('heal', 200, heal),
    command('forget', 200, forget),
  ]
}
