import type { CommonPage, ConnectionPage, HttpPage, PollPage, SocketPage, StreamPage } from './page.ts'

/** A test that runs in every framework. `name` begins with keys of `docs/behaviours.md`. */
export interface Scenario<On> {
  readonly name: string
  run(page: On): Promise<void>
}

export type CommonScenario = Scenario<CommonPage>
export type SocketScenario = Scenario<SocketPage>
export type ConnectionScenario = Scenario<ConnectionPage>
export type HttpScenario = Scenario<HttpPage>
export type StreamScenario = Scenario<StreamPage>
export type PollScenario = Scenario<PollPage>
