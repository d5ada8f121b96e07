import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { UsersAdmin } from './users-admin.tsx'

const meta: Meta<typeof UsersAdmin> = { title: 'Examples/Users', component: UsersAdmin }
export default meta

type Story = StoryObj<typeof UsersAdmin>

const patient = { timeout: 30_000 }

/** Reads and operates one panel. */
function panel({ canvas }: Pick<StoryContext, 'canvas'>, framework: 'React' | 'Vue') {
  const inside = within(canvas.getByRole('region', { name: framework }))
  const list = () => inside.getByRole('list', { name: `Users in ${framework}` })
  const form = () => within(inside.getByRole('form'))
  return {
    list,
    form,
    shows: (text: string) => waitFor(() => expect(list()).toHaveTextContent(text), patient),
    lacks: (text: string) => waitFor(() => expect(list()).not.toHaveTextContent(text), patient),
    showsError: (text: string) =>
      waitFor(() => expect(form().getByRole('alert')).toHaveTextContent(text), patient),
    isClosed: () => waitFor(() => expect(inside.queryByRole('form')).toBeNull(), patient),
    async isLoaded() {
      await waitFor(() => expect(list()).toHaveAttribute('aria-busy', 'false'), patient)
    },
    async search(text: string) {
      const box = inside.getByRole('searchbox')
      await userEvent.clear(box)
      if (text !== '') await userEvent.type(box, text, { delay: 40 })
    },
    async open(name: string) {
      const row = () => within(list()).getByRole('button', { name: new RegExp(name) })
      // A user that is not saved yet cannot be opened.
      await waitFor(() => expect(row()).toBeEnabled(), patient)
      await userEvent.click(row())
    },
    press: (name: string | RegExp) => userEvent.click(inside.getByRole('button', { name })),
    async write(label: string, text: string) {
      const field = form().getByLabelText(label)
      await userEvent.clear(field)
      await userEvent.type(field, text)
    },
  }
}

async function panels({ canvas }: Pick<StoryContext, 'canvas'>) {
  await canvas.findByRole('region', { name: 'Vue' })
  const react = panel({ canvas }, 'React')
  const vue = panel({ canvas }, 'Vue')
  for (const { list } of [react, vue])
    await waitFor(() => expect(within(list()).getAllByRole('listitem')).toHaveLength(6), patient)
  // A unique name, because other stories use the same server.
  const tag = crypto.randomUUID().slice(0, 8)
  return { react, vue, tag, name: `Zelda ${tag}` }
}

export const SearchCreateDelete: Story = {
  name: 'Search, create, delete',
  async play({ canvas, step }) {
    const { react, vue, tag, name } = await panels({ canvas })

    await step('Each key sends a request, and the newest response is shown', async () => {
      await react.search('bergstr')
      await react.isLoaded()
      await react.shows('Bergström')
      for (const item of within(react.list()).getAllByRole('listitem'))
        await expect(item).toHaveTextContent('Bergström')
      // The requests in between were aborted.
      await expect(canvas.getAllByText('aborted').length).toBeGreaterThan(0)
    })

    await step('An error of the server is shown at its field', async () => {
      await vue.press('New user')
      await vue.write('Name', name)
      await vue.write('Email', 'nowhere')
      await vue.press('Save')
      await waitFor(
        () => expect(vue.form().getByLabelText('Email')).toHaveAccessibleDescription(/must look like/),
        patient,
      )
      await vue.lacks(name)
    })

    await step('A new user appears at once', async () => {
      await react.search('')
      await react.isLoaded()
      await vue.write('Email', `zelda.${tag}@example.com`)
      await vue.press('Save')
      await vue.shows(name)
      await vue.isClosed()
      await waitFor(() => expect(vue.list().querySelector('[data-unsaved]')).toBeNull(), patient)
      await react.shows(name)
    })

    await step('A deleted user disappears at once', async () => {
      await vue.open(name)
      await vue.press('Delete')
      await vue.lacks(name)
      await vue.isClosed()
      await react.lacks(name)
    })
  },
}

export const SaveAndRollback: Story = {
  name: 'Save, roll back, upload',
  async play({ canvas, step }) {
    const { react, vue, tag, name } = await panels({ canvas })
    await step('Creates a user', async () => {
      await vue.press('New user')
      await vue.write('Name', name)
      await vue.write('Email', `zelda.${tag}@example.com`)
      await vue.press('Save')
      await vue.isClosed()
      await react.shows(name)
    })

    await step('A save that the server refuses is undone in both panels', async () => {
      await react.open(name)
      await userEvent.click(canvas.getByRole('button', { name: 'Fail the next save' }))
      await react.write('Name', `Not ${tag}`)
      await react.press('Save')
      await vue.shows(`Not ${tag}`)
      await react.showsError('403')
      await vue.shows(name)
      await react.lacks(`Not ${tag}`)
    })

    await step('A picture is uploaded, with its progress', async () => {
      await react.press('Draw and upload a picture')
      const bar = () => react.form().getByRole<HTMLProgressElement>('progressbar')
      await waitFor(() => expect(react.form().getByText(/^12\.0 MB, [\da-f]{8}$/)).toBeVisible(), patient)
      await expect(bar().value).toBe(bar().max)
      await waitFor(() => expect(vue.list().querySelector('img')).not.toBeNull(), patient)
    })

    await step('The next save succeeds', async () => {
      await react.write('Name', name)
      await react.write('City', 'Hyrule')
      await react.press('Save')
      await react.isClosed()
      await vue.shows('Hyrule')
    })

    await step('Deletes the user', async () => {
      await vue.open(name)
      await vue.press('Delete')
      await react.lacks(name)
      await vue.isClosed()
    })
  },
}

/** Tags of a story that is tested, but not listed. Storybook reads tags without running this file, so each story names them. */
const hidden = ['!dev', '!autodocs']

export const UsersWithoutServer: Story = {
  ...SearchCreateDelete,
  name: 'Search, create, delete, mocked',
  globals: { server: 'mock' },
  tags: hidden,
}

export const SavesWithoutServer: Story = {
  ...SaveAndRollback,
  name: 'Save, roll back, upload, mocked',
  globals: { server: 'mock' },
  tags: hidden,
}
