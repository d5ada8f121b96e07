import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, fireEvent, userEvent, waitFor, within } from 'storybook/test'
import { SixConnections } from './six-connections.tsx'

const meta: Meta<typeof SixConnections> = { title: 'Stories/Six connections', component: SixConnections }
export default meta

type Story = StoryObj<typeof SixConnections>

const patient = { timeout: 12_000 }

/** What can be seen and done. */
function visitor({ canvas }: Pick<StoryContext, 'canvas'>) {
  const answer = (title: string) => canvas.getByLabelText(`Answer over ${title}`)
  return {
    answer,
    choose: (streams: number) =>
      fireEvent.change(canvas.getByRole('slider'), { target: { value: String(streams) } }),
    ask: (title: string) =>
      userEvent.click(
        within(canvas.getByRole('region', { name: title })).getByRole('button', { name: 'GET /health' }),
      ),
    isAnswered: (title: string) =>
      waitFor(() => expect(answer(title)).toHaveTextContent('Answered'), patient),
    areOpen: (list: string, count: number) =>
      waitFor(() => {
        const slots = within(canvas.getByRole('list', { name: list })).getAllByRole('listitem')
        void expect(slots.filter(({ dataset }) => dataset['status'] === 'open')).toHaveLength(count)
      }, patient),
  }
}

/** @param trusted fails where HTTP/2 cannot be spoken; a visitor may not have accepted the certificate yet */
const tour =
  (trusted: boolean): NonNullable<Story['play']> =>
  async ({ canvas, step }) => {
    const { answer, choose, ask, isAnswered, areOpen } = visitor({ canvas })
    const panels = ['HTTP/1.1']
    await Promise.race([areOpen('Streams over HTTP/2', 2), canvas.findByRole('alert', {}, patient)])
    if (trusted || canvas.queryByRole('alert') === null) panels.push('HTTP/2')

    await step('With two streams, a request finds a connection', async () => {
      for (const panel of panels) {
        await areOpen(`Streams over ${panel}`, 2)
        await ask(panel)
        await isAnswered(panel)
      }
    })

    const isFull = async (streams: number): Promise<void> => {
      await choose(streams)
      await areOpen('Streams over HTTP/1.1', 6)
      for (const panel of panels) await ask(panel)
      if (panels.includes('HTTP/2')) {
        await areOpen('Streams over HTTP/2', streams)
        await isAnswered('HTTP/2')
      }
      await expect(answer('HTTP/1.1')).toHaveTextContent('Waits')
    }
    await step('Behind six it waits over HTTP/1.1, and not over HTTP/2', () => isFull(6))

    await step('One stream less, and it is answered', async () => {
      await choose(5)
      await isAnswered('HTTP/1.1')
    })

    await step('By default eight components share one stream', async () => {
      for (const list of ['React', 'Vue']) await areOpen(`Components in ${list}`, 4)
      await canvas.findByText('8 components, 1 stream at the server', {}, patient)
    })

    await step('Left full, for those who look at it', () => isFull(7))
  }

export const SixOrOne: Story = {
  name: 'Six connections',
  tags: ['!test'],
  play: tour(false),
}

export const Trusted: Story = {
  name: 'Six connections, with a certificate that is trusted',
  tags: ['!dev', '!autodocs'],
  play: tour(true),
}

export const WithoutServer: Story = {
  name: 'Six connections, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
  async play({ canvas, step }) {
    const { choose, ask, isAnswered, areOpen } = visitor({ canvas })
    await step('A mock has no connections to run out of, and says so', async () => {
      await choose(6)
      await areOpen('Streams over HTTP/1.1', 6)
      await ask('HTTP/1.1')
      await isAnswered('HTTP/1.1')
      await canvas.findByText(/no connections to run out of/)
    })
    await step('Components share there too', async () => {
      for (const list of ['React', 'Vue']) await areOpen(`Components in ${list}`, 4)
      await canvas.findByText('8 components, 1 stream at the server', {}, patient)
    })
  },
}
