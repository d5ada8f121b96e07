import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, fireEvent, userEvent, waitFor, within } from 'storybook/test'
import { ConnectionLimit } from './connection-limit.tsx'

const meta: Meta<typeof ConnectionLimit> = { title: 'Examples/Connection limit', component: ConnectionLimit }
export default meta

type Story = StoryObj<typeof ConnectionLimit>

const patient = { timeout: 30_000 }

/** Reads and operates the story. */
function controls({ canvas }: Pick<StoryContext, 'canvas'>) {
  const response = (title: string) => canvas.getByLabelText(`Response over ${title}`)
  return {
    response,
    setStreams: (streams: number) =>
      fireEvent.change(canvas.getByRole('slider'), { target: { value: String(streams) } }),
    send: (title: string) =>
      userEvent.click(
        within(canvas.getByRole('region', { name: title })).getByRole('button', { name: 'GET /health' }),
      ),
    hasResponse: (title: string) =>
      waitFor(() => expect(response(title)).toHaveTextContent('Response after'), patient),
    areOpen: (list: string, count: number) =>
      waitFor(() => {
        const slots = within(canvas.getByRole('list', { name: list })).getAllByRole('listitem')
        void expect(slots.filter(({ dataset }) => dataset['status'] === 'open')).toHaveLength(count)
      }, patient),
  }
}

/** @param trusted whether HTTP/2 must work; a visitor may not have accepted the certificate yet */
const tour =
  (trusted: boolean): NonNullable<Story['play']> =>
  async ({ canvas, step }) => {
    const { response, setStreams, send, hasResponse, areOpen } = controls({ canvas })
    const panels = ['HTTP/1.1']
    await Promise.race([areOpen('Streams over HTTP/2', 2), canvas.findByRole('alert', {}, patient)])
    if (trusted || canvas.queryByRole('alert') === null) panels.push('HTTP/2')

    await step('With two streams, a request is sent at once', async () => {
      for (const panel of panels) {
        await areOpen(`Streams over ${panel}`, 2)
        await send(panel)
        await hasResponse(panel)
      }
    })

    const fillConnections = async (streams: number): Promise<void> => {
      await setStreams(streams)
      await areOpen('Streams over HTTP/1.1', 6)
      for (const panel of panels) await send(panel)
      if (panels.includes('HTTP/2')) {
        await areOpen('Streams over HTTP/2', streams)
        await hasResponse('HTTP/2')
      }
      await expect(response('HTTP/1.1')).toHaveTextContent('Waiting')
    }
    await step('With six streams, a request waits over HTTP/1.1, but not over HTTP/2', () =>
      fillConnections(6),
    )

    await step('When a stream closes, the request gets its response', async () => {
      await setStreams(5)
      await hasResponse('HTTP/1.1')
    })

    await step('By default eight components share one connection', async () => {
      for (const list of ['React', 'Vue']) await areOpen(`Components in ${list}`, 4)
      await canvas.findByText('8 components share 1 connection', {}, patient)
    })

    await step('Leaves all connections in use for the visitor', () => fillConnections(7))
  }

export const SixStreams: Story = {
  name: 'Six streams and a request',
  tags: ['!test'],
  play: tour(false),
}

export const Trusted: Story = {
  name: 'Six streams and a request, with a trusted certificate',
  tags: ['!dev', '!autodocs'],
  play: tour(true),
}

export const WithoutServer: Story = {
  name: 'Six streams and a request, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
  async play({ canvas, step }) {
    const { setStreams, send, hasResponse, areOpen } = controls({ canvas })
    await step('The mock has no connection limit', async () => {
      await setStreams(6)
      await areOpen('Streams over HTTP/1.1', 6)
      await send('HTTP/1.1')
      await hasResponse('HTTP/1.1')
      await canvas.findByText(/no connection limit/)
    })
    await step('Components share a connection of the mock too', async () => {
      for (const list of ['React', 'Vue']) await areOpen(`Components in ${list}`, 4)
      await canvas.findByText('8 components share 1 connection', {}, patient)
    })
  },
}
