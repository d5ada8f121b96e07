import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fallbackDiagram } from '../../test/machine/fallback-diagram.ts'
import {
  SCRIPT_START,
  briefEffect,
  briefState,
  eventOf,
  fallbackPolicy,
  runScript,
} from '../../test/machine/fallback-script.ts'
import { fallbackTransition, initialFallbackState } from './fallback-machine.ts'
import type { FallbackPolicy } from './fallback-state.ts'

/** The effects are those of the last event of the script. */
type Row = readonly [
  name: string,
  script: string,
  state: string,
  effects: string,
  policy?: Partial<FallbackPolicy>,
]

const one = { proofs: ['reply'] } as const
const two = { proofs: ['reply', 'byte'] } as const
const four = { proofs: ['reply', 'byte', 'byte', 'open'] } as const
const openProof = { proofs: ['open', 'byte'] } as const
const noUpgrade = { upgrade: undefined }

const starting: readonly Row[] = [
  ['begins with the best transport', 'connect', '0 started', '+fallback 2000, active 0 from cursor'],
  [
    'begins with the remembered transport',
    'connect 0 remembered 2',
    '2 started',
    '+fallback 2000, active 2 from cursor',
  ],
  [
    'the first retry begins with the remembered transport too',
    'connect 1 remembered 1',
    '1 started',
    '+fallback 2000, active 1 from cursor',
  ],
  [
    'a later retry ignores the remembered transport, and starts one transport only',
    'connect 2 remembered 1',
    '0 started',
    'active 0 from cursor',
  ],
  [
    'ignores a remembered transport that is not in the list',
    'connect 0 remembered 7',
    '0 started',
    '+fallback 2000, active 0 from cursor',
  ],
  [
    'does not begin with a transport that has failed twice in a row',
    'connect, proved 1, ended 1, proved 2, close, connect, proved 3, ended 3, close, connect',
    '1 started',
    '+fallback 2000, active 1 from cursor',
  ],
  [
    'does not begin with a remembered transport that has failed twice',
    'connect, ended 1, close, connect, ended 3, close, connect 0 remembered 0',
    '1 started',
    '+fallback 2000, active 1 from cursor',
  ],
  [
    'begins with the best of those with the fewest failures if all have failed twice',
    'connect, ended 1, ended 2, ended 3, connect, ended 4, ended 5, ended 6, connect',
    '0 started',
    '+fallback 2000, active 0 from cursor, 2 > 0 refused',
  ],
  [
    'forgets failures after the time for which it remembers',
    'connect, ended 1, close, connect, ended 3, close, +1800000, connect',
    '0 started',
    '+fallback 2000, active 0 from cursor',
  ],
  [
    'forgets the failures of a transport that was stable since',
    'connect, ended 1, close, connect, proved 3, +5000, close, connect, ended 4, close, connect',
    '0 started',
    '+fallback 2000, active 0 from cursor',
  ],
  [
    'a stable transport that is lost has not failed',
    'connect, proved 1, +5000, ended 1, connect 1, ended 2, close, connect 1',
    '0 started',
    '+fallback 2000, active 0 from cursor',
  ],
  [
    'begins with the transport that was stable',
    'connect, ended 1, proved 2, +5000, ended 2, connect 1',
    '1 started',
    '+fallback 2000, active 1 from cursor',
  ],
  [
    'reports that a retry begins with another transport than the failed one',
    'connect 2, ended 1, connect 3',
    '1 started',
    'active 1 from cursor, 0 > 1 refused',
  ],
  [
    'reports nothing of that kind after close()',
    'connect 2, ended 1, connect 3, close, connect 4',
    '1 started',
    'active 1 from cursor',
  ],
]

const falling: readonly Row[] = [
  [
    'starts the next transport beside one that is late, from the same position',
    'connect, +2000, fallback',
    '0 started + 1 started',
    '+fallback 2000, candidate 1 from position',
  ],
  [
    'gives the active transport up if both are late and another is left',
    'connect, +2000, fallback, +2000, fallback',
    '1 started + 2 started',
    '-fallback, close #1, candidate 2 from position, 0 > 1 slow',
  ],
  [
    'calls a transport that has opened but has not proved itself deaf',
    'connect, opened 1, fallback, fallback',
    '1 started + 2 started',
    '-fallback, close #1, candidate 2 from position, 0 > 1 deaf',
  ],
  [
    'has no effect if no transport is left',
    'connect, fallback, fallback, fallback',
    '1 started + 2 started',
    '',
  ],
  [
    'the first retry starts one transport beside the first one',
    'connect 1, fallback',
    '0 started + 1 started',
    '-fallback, candidate 1 from position',
  ],
  ['a later retry starts none beside it', 'connect 2, fallback', '0 started', ''],
  [
    'tries a transport that has failed twice last',
    'connect, fallback, ended 2, close, connect, fallback, ended 5, close, connect, fallback',
    '0 started + 2 started',
    '+fallback 2000, candidate 2 from position',
  ],
]

const proving: readonly Row[] = [
  ['opens the connection at the proof', 'connect, proved 1', '0 proved', '-fallback, forget, opened 0'],
  ['a message is a proof', 'connect, message 1', '0 proved', '-fallback, forget, opened 0'],
  ['opening is none if the transport has a better one', 'connect, opened 1', '0 opened', ''],
  [
    'opening is the proof of a transport without another one, which is remembered',
    'connect, ended 1, ended 2, opened 3',
    '2 proved',
    '+upgrade 30000, remember 2, opened 2',
  ],
  ['a second proof has no effect', 'connect, proved 1, proved 1', '0 proved', ''],
  [
    'closes the lower candidate when the active transport proves itself',
    'connect, fallback, proved 1',
    '0 proved',
    '-fallback, close #2, forget, opened 0',
  ],
  [
    'switches to a lower candidate that proves itself, and still awaits the slow handshake of the better one',
    'connect, fallback, proved 2',
    '1 proved + 0 started',
    '-fallback, +proofDeadline 5000, remember 1, 0 > 1 slow, opened 1',
  ],
  [
    'switches to a lower candidate that proves itself, and closes one that has opened and is deaf',
    'connect, opened 1, fallback, proved 2',
    '1 proved',
    '-fallback, +upgrade 30000, close #1, remember 1, 0 > 1 deaf, opened 1',
  ],
  [
    'without upgrades it awaits no slow handshake',
    'connect, fallback, proved 2',
    '1 proved',
    '-fallback, close #1, remember 1, 0 > 1 slow, opened 1',
    noUpgrade,
  ],
  [
    'the slow handshake succeeds after all',
    'connect, fallback, proved 2, proved 1',
    '0 proved',
    '-proofDeadline, close #2, forget, 1 > 0 better',
  ],
  [
    'switches to a better candidate that proves itself before the remembered one',
    'connect 0 remembered 2, fallback, proved 2',
    '0 proved',
    '-fallback, close #1, forget, 2 > 0 better, opened 0',
  ],
  [
    'awaits a better candidate when the remembered transport proves itself',
    'connect 0 remembered 2, fallback, proved 1',
    '2 proved + 0 started',
    '-fallback, +proofDeadline 5000, remember 2, opened 2',
  ],
]

const ending: readonly Row[] = [
  [
    'starts the next transport at once if one is refused',
    'connect, ended 1',
    '1 started',
    '+fallback 2000, active 1 from position, 0 > 1 refused',
  ],
  [
    'and so on until none is left',
    'connect, ended 1, ended 2',
    '2 started',
    '-fallback, active 2 from position, 1 > 2 refused',
  ],
  [
    'ends the attempt when none is left',
    'connect, ended 1, ended 2, ended 3',
    'idle',
    'clear, ended retryable',
  ],
  [
    'the first retry starts one more transport',
    'connect 1, ended 1',
    '1 started',
    '-fallback, active 1 from position, 0 > 1 refused',
  ],
  ['and no third one', 'connect 1, ended 1, ended 2', 'idle', 'clear, ended retryable'],
  ['a later retry ends with its only transport', 'connect 2, ended 1', 'idle', 'clear, ended retryable'],
  [
    'later retries start all transports in turn',
    'connect 2, ended 1, connect 3, ended 2, connect 4',
    '2 started',
    'active 2 from cursor, 1 > 2 refused',
  ],
  [
    'and begin again',
    'connect 2, ended 1, connect 3, ended 2, connect 4, ended 3, connect 5',
    '0 started',
    'active 0 from cursor, 2 > 0 refused',
  ],
  [
    'the candidate takes over from a transport that is refused late',
    'connect, fallback, ended 1',
    '1 started',
    '+fallback 2000, 0 > 1 refused',
  ],
  [
    'starts another candidate at once if one is refused',
    'connect, fallback, ended 2',
    '0 started + 2 started',
    '-fallback, candidate 2 from position',
  ],
  [
    'ends the attempt if a stable transport is lost, so that the retry is delayed at random',
    'connect, proved 1, +5000, ended 1',
    'idle',
    'clear, ended retryable',
  ],
  [
    'starts the next transport at once if a young one is lost; the connection stays open',
    'connect, proved 1, +4999, ended 1',
    '1 started',
    '+fallback 2000, +proofDeadline 5000, active 1 from position, 0 > 1 lost',
  ],
  [
    'ends the attempt after the clean end of a young transport',
    'connect, proved 1, ended 1 clean',
    'idle',
    'clear, ended retryable',
  ],
  [
    'the candidate takes over from a stable transport that is lost',
    'connect, ended 1, proved 2, +30000, upgrade, ended 2',
    '0 started',
    '1 > 0 lost',
  ],
  [
    'but then no other transport is started without a delay',
    'connect, ended 1, proved 2, +30000, upgrade, ended 2, ended 3',
    'idle',
    'clear, ended retryable',
  ],
  [
    'a transport that ends fatally is replaced, also in a later retry',
    'connect 2, ended 1 fatal',
    '1 started',
    'active 1 from position, 0 > 1 refused',
  ],
  [
    'and is not started again',
    'connect, ended 1 fatal, proved 2, +5000, ended 2, connect 1, ended 3',
    '2 started',
    '-fallback, active 2 from position, 1 > 2 refused',
  ],
  [
    'also if it was the candidate',
    'connect 1, fallback, ended 2 fatal',
    '0 started + 2 started',
    'candidate 2 from position',
  ],
  [
    'a fatal end makes room for one more transport only',
    'connect 2, ended 1 fatal, ended 2',
    'idle',
    'clear, ended retryable',
    four,
  ],
  ['so does that of a candidate', 'connect 1, fallback, ended 2 fatal, ended 3', '0 started', '', four],
  [
    'ends fatally when all transports have ended so',
    'connect, ended 1 fatal, ended 2 fatal, ended 3 fatal',
    'idle',
    'clear, ended fatal',
  ],
  [
    'tries all of them again after that, if the connection is opened again',
    'connect, ended 1 fatal, ended 2 fatal, ended 3 fatal, connect',
    '0 started',
    '+fallback 2000, active 0 from cursor, 2 > 0 refused',
  ],
  [
    'is retried if one transport ended fatally and another one did not',
    'connect, ended 1, ended 2 fatal, ended 3 fatal',
    'idle',
    'clear, ended retryable',
  ],
  [
    'replaces a stable transport that ends fatally',
    'connect, proved 1, +9000, ended 1 fatal',
    '1 started',
    '+fallback 2000, +proofDeadline 5000, active 1 from position, 0 > 1 lost',
  ],
  ...(['unauthorized', 'complete', 'idle'] as const).flatMap((kind): Row[] => [
    [`passes "${kind}" on`, `connect, ended 1 ${kind}`, 'idle', `clear, ended ${kind}`],
    [
      `passes "${kind}" of a candidate on while no transport has proved itself`,
      `connect, fallback, ended 2 ${kind}`,
      'idle',
      `clear, close #1, ended ${kind}`,
    ],
    [
      `"${kind}" of a better candidate does not end a connection that works`,
      `connect, ended 1, proved 2, +30000, upgrade, ended 3 ${kind}`,
      '1 stable',
      '-proofDeadline, +upgrade 60000',
    ],
  ]),
]

const upgrading: readonly Row[] = [
  [
    'starts the best transport beside the active one',
    'connect, ended 1, ended 2, opened 3, +30000, upgrade',
    '2 stable + 0 started',
    '+proofDeadline 5000, -upgrade, candidate 0 from position',
  ],
  [
    'switches when it proves itself',
    'connect, ended 1, ended 2, opened 3, +30000, upgrade, proved 4',
    '0 proved',
    '-proofDeadline, close #3, forget, 2 > 0 better',
  ],
  [
    'tries the next better one if that fails',
    'connect, ended 1, ended 2, opened 3, +30000, upgrade, ended 4',
    '2 stable + 1 started',
    '+proofDeadline 5000, candidate 1 from position',
  ],
  [
    'which is tried again later if it is not the best one',
    'connect, ended 1, ended 2, opened 3, +30000, upgrade, ended 4, proved 5',
    '1 proved',
    '-proofDeadline, +upgrade 60000, close #3, remember 1, 2 > 1 better',
  ],
  [
    'doubles the wait if all fail',
    'connect, ended 1, ended 2, opened 3, +30000, upgrade, ended 4, ended 5',
    '2 stable',
    '-proofDeadline, +upgrade 60000',
  ],
  [
    'closes a candidate that has not proved itself in time',
    'connect, ended 1, proved 2, +30000, upgrade, opened 3, +5000, proofDeadline',
    '1 stable',
    '-proofDeadline, +upgrade 60000, close #3',
  ],
  [
    'up to the cap',
    'connect, ended 1, proved 2, +30000, upgrade, ended 3, +60000, upgrade, ended 4',
    '1 stable',
    '-proofDeadline, +upgrade 70000',
    { upgrade: { afterMs: 30_000, capMs: 70_000 } },
  ],
  [
    'returns at once to the transport that worked if the better one is lost soon',
    'connect, ended 1, ended 2, opened 3, +30000, upgrade, proved 4, ended 4',
    '2 started',
    '+fallback 2000, +proofDeadline 5000, active 2 from position, 0 > 2 lost',
  ],
  [
    'and waits twice as long before the next upgrade',
    'connect, ended 1, ended 2, opened 3, +30000, upgrade, proved 4, ended 4, opened 5',
    '2 proved',
    '-fallback, -proofDeadline, +upgrade 60000, remember 2',
  ],
  [
    'waits as at first after the best transport was stable',
    'connect, ended 1, proved 2, +30000, upgrade, proved 3, +5000, ended 3, connect 1, ended 4, proved 5',
    '1 proved',
    '+upgrade 30000, remember 1, opened 1',
    two,
  ],
  [
    'tries the best transport a second after the remembered one has proved itself',
    'connect 0 remembered 2, opened 1',
    '2 proved',
    '-fallback, +upgrade 1000, remember 2, opened 2',
  ],
  [
    'and then waits as at first',
    'connect 0 remembered 1, proved 1, +1000, upgrade, ended 2',
    '1 proved',
    '-proofDeadline, +upgrade 30000',
  ],
  [
    'the wait continues after a connection that was lost meanwhile',
    'connect, ended 1, proved 2, +20000, ended 2, connect 1, proved 3',
    '1 proved',
    '-fallback, +upgrade 10000, remember 1, opened 1',
  ],
  [
    'but lasts at least a second after the proof',
    'connect, ended 1, proved 2, +20000, ended 2, +60000, connect 1, proved 3',
    '1 proved',
    '-fallback, +upgrade 1000, remember 1, opened 1',
  ],
  [
    'without upgrades there is no such timer',
    'connect, ended 1, proved 2',
    '1 proved',
    '-fallback, remember 1, opened 1',
    noUpgrade,
  ],
  ['a late timer has no effect before the proof', 'connect, ended 1, upgrade', '1 started', ''],
  [
    'nor beside a candidate',
    'connect, ended 1, proved 2, +30000, upgrade, upgrade',
    '1 stable + 0 started',
    '',
  ],
  ['and a late one has no effect', 'connect, ended 1, proved 2, upgrade', '1 proved', '', noUpgrade],
  [
    'a transport that ended fatally is tried again after the longest wait',
    'connect, ended 1 fatal, proved 2',
    '1 proved',
    '-fallback, +upgrade 600000, remember 1, opened 1',
  ],
  ['and not before', 'connect, ended 1 fatal, proved 2, +599999, upgrade', '1 stable', '+upgrade 600000'],
  [
    'and then starts',
    'connect, ended 1 fatal, proved 2, +600000, upgrade',
    '1 stable + 0 started',
    '+proofDeadline 5000, -upgrade, candidate 0 from position',
  ],
  [
    'is not tried before the Retry-After of its server, also if the upgrade is due sooner',
    'connect, ended 1 later, proved 2, +10000, online',
    '1 stable',
    '+upgrade 10000, forget',
    { upgrade: { afterMs: 1000, capMs: 2000 } },
  ],
  [
    'nor does an attempt begin with it before that',
    'connect, ended 1 later, proved 2, close, +19999, connect',
    '1 started',
    '+fallback 2000, active 1 from cursor',
  ],
  [
    'unless it is the only one, or the delay is over',
    'connect, ended 1 later, proved 2, close, +20000, connect',
    '0 started',
    '+fallback 2000, active 0 from cursor',
  ],
  [
    'nor a later retry, although the other one has failed more often',
    'connect, ended 1 later, proved 2, +6000, close failed, connect 1, ended 3, close, connect 2',
    '1 started',
    'active 1 from cursor',
    two,
  ],
  [
    'nor is it started before one that has failed often',
    'connect, ended 1, ended 2, ended 3, connect, ended 4, ended 5 later, ended 6, connect, ended 7',
    '2 started',
    '+fallback 2000, active 2 from position, 0 > 2 refused',
  ],
  [
    'a clock that was set back ends the delay',
    'connect, ended 1 later, proved 2, -3600000, visible',
    '1 proved',
    '+upgrade 1000',
    { upgrade: { afterMs: 1000, capMs: 2000 } },
  ],
  [
    'closes a candidate that is too far behind',
    'connect, ended 1, proved 2, +30000, upgrade, behind 3',
    '1 stable',
    '-proofDeadline, +upgrade 60000, close #3',
  ],
]

const network: readonly Row[] = [
  [
    'a visible page brings a distant upgrade forward',
    'connect, ended 1, proved 2, +30000, upgrade, ended 3, +1000, visible',
    '1 stable',
    '+upgrade 30000',
  ],
  ['but delays none', 'connect, ended 1, proved 2, +29000, visible', '1 stable', ''],
  [
    'another network does so, too, and what is remembered is forgotten',
    'connect, ended 1, proved 2, +30000, upgrade, ended 3, connection',
    '1 stable',
    '+upgrade 30000, forget',
  ],
  [
    'after that, past failures do not count',
    'connect, ended 1, close, connect, ended 3, close, online, connect',
    '0 started',
    '+fallback 2000, active 0 from cursor',
  ],
  [
    'nor does the stable transport',
    'connect, ended 1, proved 2, +5000, online, ended 2, connect 1',
    '0 started',
    '+fallback 2000, active 0 from cursor, 1 > 0 lost',
  ],
  ['nor fatal outcomes', 'connect, ended 1 fatal, proved 2, online', '1 proved', '+upgrade 30000, forget'],
]

const gaps: readonly Row[] = [
  [
    'starts the same transport again from the position',
    'connect, proved 1, gap 1 b d',
    '0 started',
    '+fallback 2000, +proofDeadline 5000, close #1, active 0 from position',
  ],
  [
    'a gap at the same position starts another transport',
    'connect, proved 1, gap 1 b d, gap 2 b d',
    '1 started',
    '+fallback 2000, +proofDeadline 5000, forget, close #2, active 1 from position, 0 > 1 gap',
  ],
  [
    'and then the next one',
    'connect, proved 1, gap 1 b d, gap 2 b d, gap 3 b d',
    '2 started',
    '-fallback, +proofDeadline 5000, remember 1, close #3, active 2 from position, 1 > 2 gap',
  ],
  [
    'reports a gap that none of them can fill, and continues',
    'connect, proved 1, gap 1 b d, gap 2 b d, gap 3 b d, gap 4 b d',
    '2 proved',
    '-proofDeadline, +upgrade 30000, remember 2, gap b d',
  ],
  [
    'searches for no further gap for ten seconds after that',
    'connect, proved 1, gap 1 b d, gap 2 b d, gap 3 b d, gap 4 b d, +9999, gap 4 d f',
    '2 stable',
    'gap d f',
  ],
  [
    'then it does again',
    'connect, proved 1, gap 1 b d, gap 2 b d, gap 3 b d, gap 4 b d, +10000, gap 4 d f',
    '2 started',
    '+fallback 2000, +proofDeadline 5000, -upgrade, close #4, active 2 from position',
  ],
  [
    'another gap after one that was filled is a failure, and starts the next transport',
    'connect, proved 1, gap 1 b d, proved 2, gap 2 d f',
    '1 started',
    '+fallback 2000, +proofDeadline 5000, close #2, active 1 from position, 0 > 1 gap',
  ],
  [
    'unless the transport has become stable in between',
    'connect, proved 1, gap 1 b d, proved 2, +5000, gap 2 d f',
    '0 started',
    '+fallback 2000, +proofDeadline 5000, close #2, active 0 from position',
  ],
  [
    'or the network has changed',
    'connect, proved 1, gap 1 b d, proved 2, connection, gap 2 d f',
    '0 started',
    '+fallback 2000, +proofDeadline 5000, close #2, active 0 from position',
  ],
  [
    'the next transport is started twice, too, and then the last one',
    'connect, proved 1, gap 1 b d, gap 2 d f, proved 3, gap 3 f h, proved 4, gap 4 h j',
    '2 started',
    '+proofDeadline 5000, -upgrade, close #4, active 2 from position, 1 > 2 gap',
  ],
  [
    'if all lose messages again and again, the attempt ends',
    'connect, proved 1, gap 1 b d, gap 2 d f, gap 3 f h, gap 4 h j, gap 5 j l, gap 6 l n',
    'idle',
    'clear, close #6, ended retryable',
  ],
  [
    'and in the next one each gap is a failure',
    'connect, proved 1, gap 1 b d, gap 2 d f, gap 3 f h, gap 4 h j, gap 5 j l, gap 6 l n, connect 2, gap 7 p r',
    'idle',
    'clear, close #7, ended retryable',
  ],
  [
    'after two failures by gaps an attempt does not begin with that transport',
    'connect, proved 1, gap 1 b d, gap 2 d f, close, connect, gap 4 f h, close, connect',
    '1 started',
    '+fallback 2000, active 1 from cursor',
  ],
  [
    'at a position where the next transport has the same gap, the first one is started once more',
    'connect, proved 1, gap 1 b d, gap 2 d f, gap 3 d f',
    '0 started',
    '+fallback 2000, +proofDeadline 5000, remember 1, close #3, active 0 from position, 1 > 0 gap',
  ],
  [
    'a candidate takes over at another gap',
    'connect, ended 1, proved 2, +29999, gap 2 b d, proved 3, +1, upgrade, gap 3 d f',
    '0 started',
    'close #3, 1 > 0 gap',
    two,
  ],
  [
    'a transport that is refused during the search is replaced',
    'connect, proved 1, gap 1 b d, gap 2 b d, ended 3',
    '2 started',
    '-fallback, +proofDeadline 5000, active 2 from position, 1 > 2 refused',
  ],
  [
    'and counts as tried when the gap is found again',
    'connect, proved 1, gap 1 b d, gap 2 b d, ended 3, ended 4, connect 1, gap 5 b d',
    '0 proved',
    '-fallback, forget, opened 0, gap b d',
  ],
  [
    'a candidate with a gap is closed',
    'connect, ended 1, proved 2, +30000, upgrade, gap 3 b d',
    '1 stable',
    '-proofDeadline, +upgrade 60000, close #3',
  ],
  [
    'but proves that it works if the active transport has not',
    'connect, opened 1, fallback, gap 2 b d',
    '1 started',
    '+fallback 2000, +proofDeadline 5000, close #1, remember 1, close #2, active 1 from position, 0 > 1 deaf, opened 1',
  ],
  [
    'the better candidate takes over at a second gap',
    'connect, ended 1, proved 2, +29999, gap 2 b d, proved 3, +1, upgrade, gap 3 b d',
    '0 started',
    'close #3, 1 > 0 gap',
    two,
  ],
]

const closing: readonly Row[] = [
  ['close() closes both transports', 'connect, fallback, close', 'idle', 'clear, close #1, close #2'],
  ['a second close() has no effect', 'connect, close, close', 'idle', ''],
  ['nothing has an effect after it', 'connect, close, proved 1', 'idle', ''],
  ['no timer either', 'connect, close, fallback', 'idle', ''],
  [
    'a transport that is closed for its silence has failed, if it was young',
    'connect, proved 1, close failed, connect 1, proved 2, close failed, connect 1',
    '1 started',
    '+fallback 2000, active 1 from cursor, 0 > 1 lost',
  ],
  [
    'a stable one has not',
    'connect, proved 1, +5000, close failed, connect 1, proved 2, +5000, close failed, connect 1',
    '0 started',
    '+fallback 2000, active 0 from cursor',
  ],
  [
    'a candidate that is closed with it has failed, too, if it had enough time',
    'connect, fallback, +2000, close failed, connect, fallback, +2000, close failed, connect',
    '2 started',
    '+fallback 2000, active 2 from cursor, 0 > 2 slow',
  ],
  [
    'but not a new one',
    'connect, fallback, +1999, close failed, connect, fallback, +1999, close failed, connect',
    '1 started',
    '+fallback 2000, active 1 from cursor, 0 > 1 slow',
  ],
  [
    'one that has opened, but has brought nothing until it is closed for its silence, has failed',
    'connect, opened 1, +30000, close failed, connect 1, opened 2, +30000, close failed, connect 1',
    '1 started',
    '+fallback 2000, active 1 from cursor, 0 > 1 lost',
    openProof,
  ],
  [
    'one that has brought a message has not',
    'connect, opened 1, message 1, +30000, close failed, connect 1, opened 2, message 2, +30000, close failed, connect 1',
    '0 started',
    '+fallback 2000, active 0 from cursor',
    openProof,
  ],
  [
    'and a late message shows that it works',
    'connect, opened 1, +30000, close failed, connect 1, opened 2, +6000, visible, message 2, close failed, connect 1, opened 3, +30000, close failed, connect 1',
    '0 started',
    '+fallback 2000, active 0 from cursor',
    openProof,
  ],
  [
    'after such a failure, the next upgrade waits twice as long',
    'connect, ended 1, proved 2, +30000, upgrade, opened 3, +6000, close failed, connect 1, proved 4',
    '1 proved',
    '-fallback, +upgrade 60000, remember 1, opened 1',
    openProof,
  ],
  [
    'the connection is retried if no transport proves itself after it was open',
    'connect, proved 1, ended 1, fallback, +5000, proofDeadline',
    'idle',
    'clear, close #2, close #3, ended retryable',
  ],
  ['the events of an older start have no effect', 'connect, ended 1, ended 1', '1 started', ''],
  ['nor have those of none', 'connect, proved 9', '0 started', ''],
  [
    'connect during an attempt begins another one',
    'connect, connect',
    '0 started',
    '+fallback 2000, close #1, active 0 from cursor',
  ],
]

const short: readonly Row[] = [
  ['one transport starts alone', 'connect', '0 started', 'active 0 from cursor', one],
  ['and is not remembered', 'connect, proved 1', '0 proved', 'opened 0', one],
  ['its end ends the attempt', 'connect, ended 1', 'idle', 'clear, ended retryable', one],
  ['so does the end of a young one', 'connect, proved 1, ended 1', 'idle', 'clear, ended retryable', one],
  ['its fatal outcome is final', 'connect, ended 1 fatal', 'idle', 'clear, ended fatal', one],
  ['until it is opened again', 'connect, ended 1 fatal, connect', '0 started', 'active 0 from cursor', one],
  ['another network has no effect', 'connect, proved 1, online', '0 proved', '', one],
  [
    'it is started again at a gap',
    'connect, proved 1, gap 1 b d',
    '0 started',
    '+proofDeadline 5000, close #1, active 0 from position',
    one,
  ],
  [
    'another gap after one that was filled ends the attempt',
    'connect, proved 1, gap 1 b d, proved 2, gap 2 d f',
    'idle',
    'clear, close #2, ended retryable',
    one,
  ],
  [
    'a second gap at the same position is reported',
    'connect, proved 1, gap 1 b d, gap 2 b d',
    '0 proved',
    '-proofDeadline, gap b d',
    one,
  ],
  ['without any transport an attempt ends', 'connect', 'idle', 'ended fatal', { proofs: [] }],
]

describe('the table of docs/architecture.md', () => {
  describe.each([
    ['the first transport', starting],
    ['the timer "fallback"', falling],
    ['a proof', proving],
    ['the end of a transport', ending],
    ['an upgrade', upgrading],
    ['another network', network],
    ['a gap', gaps],
    ['closing', closing],
    ['short lists', short],
  ] as const)('%s', (_, rows) => {
    test.for(rows)('%s', ([, script, expected, effects, policy = {}]) => {
      const [state, done] = runScript(script, { ...fallbackPolicy, ...policy })
      expect([briefState(state), done.map(briefEffect).join(', ')]).toEqual([expected, effects])
    })
  })
})

test('the diagram in the docs is drawn from it', () => {
  const read = (file: string) => readFileSync(new URL(`../../../../docs/${file}`, import.meta.url), 'utf8')
  expect(read('fallback-diagram.mmd'), 'run: npm run diagram').toBe(fallbackDiagram())
  expect(read('architecture.md')).toContain(`\`\`\`mermaid\n${fallbackDiagram()}\`\`\``)
})

describe('what an attempt ends with', () => {
  const outcomeAfter = (script: string) => {
    const effect = runScript(script)[1].find(({ type }) => type === 'ended')
    return effect?.type === 'ended' ? effect.outcome : undefined
  }

  test('has the longest Retry-After of its transports', () => {
    expect(outcomeAfter('connect, ended 1, ended 2 later, ended 3')).toMatchObject({
      kind: 'retryable',
      retryAfterMs: 20_000,
    })
  })

  test('is the clean end of a response that was useful', () => {
    expect(outcomeAfter('connect, proved 1, +9000, ended 1 clean')).toMatchObject({ isCleanEnd: true })
  })

  test('is a timeout with a text that names the option if no transport has reported anything', () => {
    expect(outcomeAfter('connect, proved 1, ended 1 fatal, fallback, +5000, proofDeadline')).toMatchObject({
      kind: 'retryable',
    })
    const [state] = runScript('connect, proved 1, +5000, gap 1 b d')
    const [, effects] = fallbackTransition(state, eventOf('proofDeadline', 0), fallbackPolicy, {
      now: SCRIPT_START + 99_000,
      random: 0,
    })
    expect(effects.at(-1)).toMatchObject({
      outcome: { error: { code: 'timeout', message: expect.stringContaining('fallbackAfter') } },
    })
  })
})

test('a handshake is measured from its start until the transport opens', () => {
  expect(runScript('connect, +300, opened 1, +500, proved 1')[0].handshakeMs).toBe(300)
  expect(runScript('connect, +700, proved 1')[0].handshakeMs).toBe(700)
})

test('an upgrade is delayed by up to a quarter, so that pages do not upgrade at the same time', () => {
  const [state] = runScript('connect, ended 1')
  const input = { now: SCRIPT_START, random: 0.999 }
  const [, effects] = fallbackTransition(state, eventOf('proved 2', 0), fallbackPolicy, input)
  expect(effects.find(({ type }) => type === 'start')).toMatchObject({ timer: 'upgrade', delayMs: 37_492.5 })
})

test('a clock that was set back makes no transport young for hours', () => {
  expect(briefState(runScript('connect, proved 1, -3600000, proved 1, +5000, ended 1')[0])).toBe('idle')
  const remembered = { type: 'connect', attempt: 0, remembered: { transport: 2, at: 5 } } as const
  const [state] = fallbackTransition(initialFallbackState, remembered, fallbackPolicy, { now: 4, random: 0 })
  expect(briefState(state)).toBe('0 started')
})
