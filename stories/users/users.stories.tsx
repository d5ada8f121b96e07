import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { UsersAdmin } from './users-admin.tsx'

const meta: Meta<typeof UsersAdmin> = { title: 'Stories/Users', component: UsersAdmin }
export default meta

type Story = StoryObj<typeof UsersAdmin>

const patient = { timeout: 12_000 }

/** What can be seen and done in one of the two panels. */
function panel({ canvas }: Pick<StoryContext, 'canvas'>, framework: 'React' | 'Vue') {
  const inside = within(canvas.getByRole('region', { name: framework }))
  const list = () => inside.getByRole('list', { name: `Users in ${framework}` })
  const form = () => within(inside.getByRole('form'))
  return {
    list,
    form,
    shows: (text: string) => waitFor(() => expect(list()).toHaveTextContent(text), patient),
    lacks: (text: string) => waitFor(() => expect(list()).not.toHaveTextContent(text), patient),
    says: (text: string) => waitFor(() => expect(form().getByRole('alert')).toHaveTextContent(text), patient),
    isClosed: () => waitFor(() => expect(inside.queryByRole('form')).toBeNull(), patient),
    async isQuiet() {
      await waitFor(() => expect(list()).toHaveAttribute('aria-busy', 'false'), patient)
    },
    async search(text: string) {
      const box = inside.getByRole('searchbox')
      await userEvent.clear(box)
      if (text !== '') await userEvent.type(box, text, { delay: 40 })
    },
    async open(name: string) {
      const row = () => within(list()).getByRole('button', { name: new RegExp(name) })
      // Who has no number yet cannot be opened.
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
  // Nobody else has it: the server may be another story's too.
  const tag = crypto.randomUUID().slice(0, 8)
  return { react, vue, tag, name: `Zelda ${tag}` }
}

export const Users: Story = {
  name: 'Search, create, delete',
  async play({ canvas, step }) {
    const { react, vue, tag, name } = await panels({ canvas })

    await step('Every key asks, and the newest answer is shown', async () => {
      await react.search('bergstr')
      await react.isQuiet()
      await react.shows('Bergström')
      for (const item of within(react.list()).getAllByRole('listitem'))
        await expect(item).toHaveTextContent('Bergström')
      // Those in between are nobody's any more.
      await expect(canvas.getAllByText('given up').length).toBeGreaterThan(0)
    })

    await step('What the server complains of stands beside the fields', async () => {
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

    await step('A new user is there at once, and stays', async () => {
      await react.search('')
      await react.isQuiet()
      await vue.write('Email', `zelda.${tag}@example.com`)
      await vue.press('Save')
      await vue.shows(name)
      await vue.isClosed()
      await waitFor(() => expect(vue.list().querySelector('[data-unsaved]')).toBeNull(), patient)
      await react.shows(name)
    })

    await step('Who is deleted is gone at once', async () => {
      await vue.open(name)
      await vue.press('Delete')
      await vue.lacks(name)
      await vue.isClosed()
      await react.lacks(name)
    })
  },
}

export const SavesAndRollback: Story = {
  name: 'Saves, rollback and upload',
  async play({ canvas, step }) {
    const { react, vue, tag, name } = await panels({ canvas })
    await step('There is somebody to change', async () => {
      await vue.press('New user')
      await vue.write('Name', name)
      await vue.write('Email', `zelda.${tag}@example.com`)
      await vue.press('Save')
      await vue.isClosed()
      await react.shows(name)
    })

    await step('What the server refuses is taken back, in both panels', async () => {
      await react.open(name)
      await userEvent.click(canvas.getByRole('button', { name: 'Let the next save fail' }))
      await react.write('Name', `Not ${tag}`)
      await react.press('Save')
      await vue.shows(`Not ${tag}`)
      await react.says('403')
      await vue.shows(name)
      await react.lacks(`Not ${tag}`)
    })

    await step('A picture is uploaded, and counts while it goes', async () => {
      await react.press('Draw and upload a picture')
      const bar = () => react.form().getByRole<HTMLProgressElement>('progressbar')
      await waitFor(() => expect(react.form().getByText(/^12\.0 MB, [\da-f]{8}$/)).toBeVisible(), patient)
      await expect(bar().value).toBe(bar().max)
      await waitFor(() => expect(vue.list().querySelector('img')).not.toBeNull(), patient)
    })

    await step('Another save goes through', async () => {
      await react.write('Name', name)
      await react.write('City', 'Hyrule')
      await react.press('Save')
      await react.isClosed()
      await vue.shows('Hyrule')
    })

    await step('And is gone again', async () => {
      await vue.open(name)
      await vue.press('Delete')
      await react.lacks(name)
      await vue.isClosed()
    })
  },
}

/** Tested, and not listed. Storybook reads tags without running this file: each story names them itself. */
const hidden = ['!dev', '!autodocs']

export const UsersWithoutServer: Story = {
  ...Users,
  name: 'Search, create, delete, mocked',
  globals: { server: 'mock' },
  tags: hidden,
}

export const SavesWithoutServer: Story = {
  ...SavesAndRollback,
  name: 'Saves, rollback and upload, mocked',
  globals: { server: 'mock' },
  tags: hidden,
}
