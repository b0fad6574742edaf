import { sql } from 'drizzle-orm'
import type { Queryable } from '../../../platform/db/database.ts'

/** That somebody used a skill on a day. */
export interface SkillUse {
  skillId: string
  /** YYYY-MM-DD, UTC. */
  day: string
  kind: 'download' | 'install'
  /** A user's id or the keyed hash of an address. */
  identity: string
}

/**
 * Keeps uses that are not known yet and counts the downloads among them; what a skill's own publisher does is left out, and so are skills
 * that are gone. Run it in a transaction: the skills are locked in the order of their ids, so that two servers never wait for each other.
 */
export async function addUses(q: Queryable, uses: readonly SkillUse[]): Promise<void> {
  const rows = JSON.stringify(
    uses.map(({ skillId, day, kind, identity }) => ({ skill_id: skillId, day, kind, identity })),
  )
  await q.execute(sql`
    select s.id from skills s where s.id in (select skill_id from json_to_recordset(${rows}::json) as u(skill_id text))
    order by s.id for no key update`)
  await q.execute(sql`
    with fresh as (
      insert into skill_uses (skill_id, day, kind, identity)
      select u.skill_id, u.day, u.kind, u.identity
      from json_to_recordset(${rows}::json) as u(skill_id text, day date, kind text, identity text)
      join skills s on s.id = u.skill_id
      join publishers p on p.id = s.publisher_id
      where u.identity is distinct from p.owner_user_id
      on conflict do nothing
      returning skill_id, kind
    ), counted as (
      select skill_id, count(*)::int as downloads from fresh where kind = 'download' group by skill_id
    )
    update skills s set download_count = s.download_count + c.downloads from counted c where s.id = c.skill_id`)
}

/** Forgets at most `limit` uses from before a day; answers how many. */
export async function forgetUses(q: Queryable, before: string, limit: number): Promise<number> {
  const result = await q.execute(sql`
    delete from skill_uses where ctid in (select ctid from skill_uses where day < ${before}::date limit ${limit})`)
  return result.rowCount ?? 0
}
