import { type Role, type User } from './user.ts'

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

const firstNames = words(`
  Ada Björn Chiara Davide Elif Farah Gustav Hana Ibrahim Jana Kofi Lucía Mateo Noor Olga Pedro Quentin Renée Sven
  Tariq Uma Viktor Wanda Ximena Yusuf Zoë Amara Bruno Carmen Daichi Esther Finn Greta Hugo Ingrid Jonas Keiko Liam
  Maeve Nils`)
const lastNames = words(`
  Abbott Bergström Castellanos Dubois Eriksen Fischer García Haddad Ito Jansen Kowalski Lindqvist Moreau Nakamura
  Okafor Petrov Quinn Rossi Santos Tanaka Ueda Varga Weber Xu Yilmaz Zimmermann Almeida Becker Conti Diallo Engel
  Fontaine Gupta Horváth Ivanova Jensen Keller Lombardi Mensah Novak Oliveira Park Reyes Schmidt Torres Vogel Walsh
  Young Zhang Østergaard`)
const cities = words(
  'Aarhus Bergen Casablanca Dakar Edinburgh Florence Ghent Hamburg Istanbul Jakarta Kyoto Lisbon',
)

/** Enough users for the tables of the stories to have several pages. */
const SEEDED = 200

const START = Date.UTC(2025, 0, 6, 8)
const THREE_HOURS = 10_800_000

/** Removes accents. Ø needs its own rule, because it does not decompose. */
const toAscii = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('Ø', 'O').toLowerCase()

function roleOf(index: number): Role {
  if (index % 20 === 0) return 'admin'
  return index % 4 === 1 ? 'editor' : 'viewer'
}

function personOf(index: number): Omit<User, 'id'> {
  const first = firstNames[index % firstNames.length] ?? ''
  // The step creates new pairs each time the first names start again.
  const last = lastNames[(index * 7 + Math.floor(index / firstNames.length)) % lastNames.length] ?? ''
  return {
    name: `${first} ${last}`,
    email: `${toAscii(first)}.${toAscii(last)}@example.com`,
    role: roleOf(index),
    // Every tenth user has no city, as in real tables.
    city: index % 10 === 9 ? null : (cities[(index * 5) % cities.length] ?? null),
    version: 1,
    updatedAt: new Date(START + index * THREE_HOURS).toISOString(),
  }
}

/** Creates the initial users, always the same. */
export const seeds = (): readonly Omit<User, 'id'>[] =>
  Array.from({ length: SEEDED }, (_, index) => personOf(index))
