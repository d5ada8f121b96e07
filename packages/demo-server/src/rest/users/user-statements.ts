import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    role TEXT NOT NULL,
    city TEXT,
    version INTEGER NOT NULL,
    updatedAt TEXT NOT NULL,
    -- LIKE of SQLite ignores case for ASCII only.
    search TEXT NOT NULL
  ) STRICT`

/** Pages by (key, id), so that a position stays valid when rows are inserted or deleted. */
const FIND = `
  WITH found AS (
    SELECT *, CASE :sort
      WHEN 'name' THEN lower(name)
      WHEN 'email' THEN lower(email)
      WHEN 'role' THEN role
      WHEN 'city' THEN lower(coalesce(city, ''))
      WHEN 'updatedAt' THEN updatedAt
      ELSE printf('%015d', id)
    END AS key
    FROM users WHERE instr(search, :q) > 0 AND (:role = '' OR role = :role)
  )
  SELECT * FROM found
  WHERE :id IS NULL OR (key = :key AND id > :id) OR CASE WHEN :descending THEN key < :key ELSE key > :key END
  ORDER BY CASE WHEN :descending THEN NULL ELSE key END, CASE WHEN :descending THEN key END DESC, id
  LIMIT :limit OFFSET :offset`

function prepare(database: DatabaseSync) {
  database.exec(SCHEMA)
  return {
    find: database.prepare(FIND),
    total: database.prepare(
      "SELECT count(*) AS total FROM users WHERE instr(search, :q) > 0 AND (:role = '' OR role = :role)",
    ),
    byId: database.prepare('SELECT * FROM users WHERE id = ?'),
    byEmail: database.prepare('SELECT id FROM users WHERE email = ?'),
    insert: database.prepare(`
      INSERT INTO users (name, email, role, city, search, version, updatedAt)
      VALUES (:name, :email, :role, :city, :search, :version, :updatedAt) RETURNING *`),
    update: database.prepare(`
      UPDATE users SET name = :name, email = :email, role = :role, city = :city, search = :search,
        version = version + 1, updatedAt = :updatedAt
      WHERE id = :id RETURNING *`),
    remove: database.prepare('DELETE FROM users WHERE id = ?'),
    removeAll: database.prepare('DELETE FROM users'),
    // Resets the ids to 1.
    forgetIds: database.prepare("DELETE FROM sqlite_sequence WHERE name = 'users'"),
  }
}

/** @param path A file, which is created if necessary, or `:memory:`. @throws Error when the file is not a database. */
export function openDatabase(path: string) {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
  // Two servers may share a file. One waits up to 2 s for the other.
  const database = new DatabaseSync(path, { timeout: 2_000 })
  try {
    return { database, ...prepare(database) }
  } catch (error) {
    database.close()
    throw error
  }
}
