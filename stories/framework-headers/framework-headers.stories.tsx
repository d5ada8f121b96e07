import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { FrameworkHeaders } from './framework-headers.tsx'

const meta: Meta<typeof FrameworkHeaders> = {
  title: 'Examples/Rails and Laravel',
  component: FrameworkHeaders,
}
export default meta

type Story = StoryObj<typeof FrameworkHeaders>

const patient = { timeout: 30_000 }

/** Reads and operates one panel. Another page of it is another element, so it is looked up each time. */
function panel({ canvas }: Pick<StoryContext, 'canvas'>, framework: 'React' | 'Vue') {
  const inside = () => within(canvas.getByRole('region', { name: framework }))
  const items = () => inside().queryAllByRole('listitem')
  const press = async (name: string | RegExp) =>
    userEvent.click(await waitFor(() => inside().getByRole('button', { name }), patient))
  return {
    press,
    items,
    isLoaded: () => waitFor(() => expect(items()).toHaveLength(5), patient),
    isChecked: () => waitFor(() => inside().getByText('success'), patient),
    shows: (text: string) => waitFor(() => inside().getByText(text), patient),
    lacks: (text: string) => waitFor(() => expect(inside().queryByText(text)).toBeNull(), patient),
    expectFieldText: (label: string, text: RegExp) =>
      waitFor(() => expect(inside().getByLabelText(label)).toHaveAccessibleDescription(text), patient),
    expectFormText: (text: RegExp) =>
      waitFor(() => expect(inside().getByRole('alert')).toHaveTextContent(text), patient),
    async write(label: string, text: string) {
      const field = await inside().findByLabelText(label)
      await userEvent.clear(field)
      await userEvent.type(field, text)
    },
  }
}

type Panel = ReturnType<typeof panel>

async function leaveAndComeBack(panels: readonly Panel[]): Promise<void> {
  for (const { isLoaded, isChecked, press, items, shows } of panels) {
    await isLoaded()
    await isChecked()
    await press('New person')
    await press('Back to the list')
    await expect(items()).toHaveLength(5)
    await shows('Checking for changes …')
    await isChecked()
  }
}

async function goThrough(
  { canvas, step }: Parameters<NonNullable<Story['play']>>[0],
  framework: 'Rails' | 'Laravel',
) {
  await canvas.findByRole('region', { name: 'Vue' })
  const react = panel({ canvas }, 'React')
  const vue = panel({ canvas }, 'Vue')
  const tool = (name: string) => userEvent.click(canvas.getByRole('button', { name }))
  const tag = crypto.randomUUID().slice(0, 8)
  await tool(framework)

  await step('Coming back from the form, the list is shown at once, and validated', () =>
    leaveAndComeBack([react, vue]),
  )

  await step('A 422 is shown at its fields', async () => {
    for (const { press, write, expectFieldText } of [react, vue]) {
      await press('New person')
      await write('Name', `Zelda ${tag}`)
      await write('Email', 'nowhere')
      await press('Save')
      await expectFieldText('Email', /must look like/)
    }
  })

  await step('An HTML page with status 500 is no text for a person', async () => {
    await tool('Fail the next save with an HTML page')
    await react.press('Save')
    await react.expectFormText(/could not save this \(status 500\)/)
  })

  await step('An expired token', async () => {
    await tool('Expire the CSRF token')
    await react.write('Email', `zelda.${tag}@example.com`)
    await react.press('Save')
    // Rails has no address for a new token: its page has to be loaded again.
    if (framework === 'Rails') return react.expectFormText(/too old/)
    // Laravel has one, so the save succeeds at the second attempt.
    await react.shows(`Zelda ${tag}`)
  })

  if (framework === 'Rails') return
  await step('The other panel shows the new person too, and deletes it', async () => {
    await vue.press('Back to the list')
    await vue.shows(`Zelda ${tag}`)
    await vue.press(`Delete Zelda ${tag}`)
    await vue.lacks(`Zelda ${tag}`)
    await react.lacks(`Zelda ${tag}`)
  })
}

export const Rails: Story = { play: (context) => goThrough(context, 'Rails') }

export const Laravel: Story = { play: (context) => goThrough(context, 'Laravel') }

/** Tags of a story that is tested, but not listed. Storybook reads tags without running this file, so each story names them. */
const hidden = ['!dev', '!autodocs']

export const RailsWithoutServer: Story = {
  ...Rails,
  name: 'Rails, mocked',
  globals: { server: 'mock' },
  tags: hidden,
}

export const LaravelWithoutServer: Story = {
  ...Laravel,
  name: 'Laravel, mocked',
  globals: { server: 'mock' },
  tags: hidden,
}
