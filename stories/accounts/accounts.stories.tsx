import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor } from 'storybook/test'
import { Accounts } from './accounts.tsx'

const meta: Meta<typeof Accounts> = { title: 'Examples/Log out and switch users', component: Accounts }
export default meta

const patient = { timeout: 30_000 }

/** No hook shows the other user from the first data of this one on. */
const expectOnly = (shown: readonly string[][], user: string, other: string) => {
  const first = shown.findIndex((names) => names.includes(user))
  return expect(first < 0 ? undefined : shown.slice(first).flat().includes(other)).toBe(false)
}

/** Reads and operates the story. */
function reader({ canvas }: Pick<StoryContext, 'canvas'>) {
  const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))
  const lists = () => ['React', 'Vue'].map((name) => canvas.getByRole('list', { name: `Hooks in ${name}` }))
  const users = () =>
    lists().flatMap((list) => [...list.querySelectorAll('strong')].map((user) => user.textContent))
  const allShow = (user: string) =>
    waitFor(() => expect(users()).toEqual(Array.from({ length: 8 }, () => user)), patient)
  const figure = (name: string, value: number) =>
    waitFor(() => expect(canvas.getByText(name).nextElementSibling).toHaveTextContent(`${value}`), patient)
  /** What all hooks show from now on, also for less than a frame. */
  const recordUsers = () => {
    const shown: string[][] = []
    const observer = new MutationObserver(() => shown.push(users()))
    for (const list of lists())
      observer.observe(list, { childList: true, subtree: true, characterData: true })
    return () => {
      observer.disconnect()
      return shown
    }
  }
  const log = canvas.getByRole('list', { name: /^Server log/ })
  const profilesOf = (user: string) =>
    [...log.querySelectorAll('li')].filter(({ textContent }) => textContent.startsWith(`${user}GET`))
  return { press, allShow, figure, recordUsers, profilesOf }
}

export const TwoUsers: StoryObj<typeof Accounts> = {
  name: 'Two users, one after the other',
  async play({ canvas, step }) {
    await canvas.findByRole('region', { name: 'Vue' })
    const { press, allShow, figure, recordUsers, profilesOf } = reader({ canvas })

    await step('Four hooks in React and four in Vue show Ada', async () => {
      await press('Log in as Ada')
      await allShow('Ada')
      await canvas.findByText('Ada is logged in')
    })

    await step('During the log-out no data is shown and nothing is requested', async () => {
      await userEvent.click(canvas.getByRole('checkbox'))
      await press('Log out')
      await canvas.findByText('Logging out …')
      await allShow('no user')
      const shownUsers = recordUsers()
      await figure('Open for Ada', 0)
      await canvas.findByText('No user is logged in', {}, patient)
      await allShow('no user')
      await expect(shownUsers().flat()).not.toContain('Ada')
    })

    await step('Bob gets his own data only', async () => {
      const shownUsers = recordUsers()
      await press('Log in as Bob')
      await allShow('Bob')
      await expect(shownUsers().flat()).not.toContain('Ada')
      await figure('Open for Bob', 3)
      await figure('Open for Ada', 0)
    })

    await step('Ada logs in while Bob is logged in', async () => {
      const shownUsers = recordUsers()
      await press('Log in as Ada')
      await allShow('Ada')
      await expectOnly(shownUsers(), 'Ada', 'Bob')
      await figure('Open for Ada', 3)
      await figure('Open for Bob', 0)
      await figure('Requests without a user', 0)
    })

    await step('Nothing of her first session comes from the cache', async () => {
      await waitFor(() => expect(profilesOf('Ada')).toHaveLength(2), patient)
    })
  },
}

export const WithoutServer: StoryObj<typeof Accounts> = {
  ...TwoUsers,
  name: 'Two users, one after the other, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
