import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { NetworkLaboratory } from './network-laboratory.tsx'
import { TwoNodes } from './two-nodes.tsx'

const meta: Meta<typeof NetworkLaboratory> = {
  title: 'Examples/Network laboratory',
  component: NetworkLaboratory,
}
export default meta

type Story = StoryObj<typeof NetworkLaboratory>

const patient = { timeout: 60_000 }

/** Reads and operates the story. */
function laboratory({ canvas }: Pick<StoryContext, 'canvas'>) {
  const panels = () => ['React', 'Vue'].map((name) => canvas.getByRole('region', { name }))
  const figures = (name: string) =>
    panels().map((panel) =>
      Number(within(panel).getByText(name).nextElementSibling?.textContent?.replaceAll(',', '')),
    )
  const numberIn = (region: string, pattern: RegExp) =>
    Number(pattern.exec(canvas.getByRole('region', { name: region }).textContent)?.[1])
  const uses = (transport: string) =>
    waitFor(() => {
      for (const panel of panels())
        void expect(panel.querySelector('[aria-current="true"]')).toHaveTextContent(transport)
    }, patient)
  return {
    uses,
    press: (name: string) => userEvent.click(canvas.getByRole('button', { name })),
    shows: (text: string) =>
      waitFor(() => {
        for (const panel of panels()) void expect(panel).toHaveTextContent(text)
      }, patient),
    /** More messages arrive, over whatever transport. */
    async continues() {
      const [before = 0] = figures('Messages')
      await waitFor(() => {
        for (const count of figures('Messages')) void expect(count).toBeGreaterThan(before + 5)
      }, patient)
    },
    /** Ends the publishing, waits until everything has arrived, and returns how many messages were reported as lost. */
    async lostOfAll() {
      await userEvent.click(canvas.getByRole('checkbox', { name: 'Publish messages' }))
      await waitFor(() => {
        const lost = figures('Lost (gap)')
        const arrivedOrLost = figures('Messages').map((count, index) => count + (lost[index] ?? 0))
        const published = numberIn('Server', /(\d+) messages published/)
        void expect(published).toBeGreaterThan(0)
        void expect(arrivedOrLost).toEqual([published, published])
      }, patient)
      await expect(figures('Missing')).toEqual([0, 0])
      await expect(figures('Doubled')).toEqual([0, 0])
      return figures('Lost (gap)')
    },
  }
}

/** Waits for the panels. False without the demo server: then the story only explains what it needs. */
async function isRunning({ canvas }: Pick<StoryContext, 'canvas'>): Promise<boolean> {
  if (canvas.queryByText('Needs the demo server')) return false
  await canvas.findByRole('region', { name: 'Vue' }, patient)
  return true
}

export const BlockedTransports: Story = {
  name: 'Block transports',
  async play(context) {
    if (!(await isRunning(context))) return
    const { step } = context
    const { press, uses, continues, shows, lostOfAll } = laboratory(context)

    await step('On a good network the WebSocket is used', async () => {
      await uses('web-socket')
      await continues()
    })
    await step('With WebSockets refused, events of the server are used', async () => {
      await press('Refused')
      await uses('event-source')
      await continues()
    })
    await step('With events held back too, long polling is used', async () => {
      await press('Hold back')
      await uses('long-poll')
      await continues()
    })
    await step('With long polls refused too, short polling is used', async () => {
      await press('Refuse polls')
      await uses('short-poll')
      await continues()
    })
    await step('Once everything is repaired, the WebSocket is used again', async () => {
      await press('Repair everything')
      await uses('web-socket')
      await shows('a better transport works again')
      await continues()
    })
    await step('Swallowed messages are requested again', async () => {
      await press('Swallow 5 messages')
      await continues()
      await continues()
    })
    await step('Nothing is lost, and nothing doubled', async () => {
      await expect(await lostOfAll()).toEqual([0, 0])
    })
  },
}

export const ServerForgets: Story = {
  name: 'The server is down and forgets',
  async play(context) {
    if (!(await isRunning(context))) return
    const { step } = context
    const { press, uses, continues, shows, lostOfAll } = laboratory(context)
    await uses('web-socket')

    await step('While everything is down, the connection retries', async () => {
      await continues()
      await press('Everything is down')
      await shows('after a random delay')
      await press('Everything is down')
      await uses('web-socket')
      await continues()
    })
    await step('What the server has forgotten is reported', async () => {
      await press('Forget 20 messages')
      await shows('messages lost')
      await uses('web-socket')
      await continues()
      for (const lost of await lostOfAll()) await expect(lost).toBeGreaterThanOrEqual(20)
    })
  },
}

export const HiddenFrame: Story = {
  name: 'Hidden iframe instead of events',
  args: { stream: 'frame' },
  async play(context) {
    if (!(await isRunning(context))) return
    const { step } = context
    const { press, uses, continues, lostOfAll } = laboratory(context)
    await uses('web-socket')

    await step('With WebSockets refused, the iframe is used', async () => {
      await press('Refused')
      await uses('forever-frame')
      await continues()
    })
    await step('With the iframe held back too, long polling is used', async () => {
      await press('Hold back')
      await uses('long-poll')
      await continues()
    })
    await step('Nothing is lost, and nothing doubled', async () => {
      await press('Repair everything')
      await uses('web-socket')
      await expect(await lostOfAll()).toEqual([0, 0])
    })
  },
}

export const TwoNginxNodes: StoryObj<typeof TwoNodes> = {
  name: 'Two nginx nodes',
  render: (args) => <TwoNodes {...args} />,
  async play({ canvas, step }) {
    await step('The story connects, or says how to start the nodes', async () => {
      await waitFor(
        () => expect(canvas.getByRole('status')).toHaveTextContent(/^(Connected|No nodes respond)/),
        patient,
      )
      if (canvas.queryByRole('region', { name: 'React' })) return
      await expect(canvas.getByText(/docker compose up/)).toBeVisible()
    })
  },
}
