-- Publishers of public skills whose handles begin with `handle_start`, two at most, and then tags of public skills that begin with
-- `tag_start`, the frequent ones first, three at most, of 200 skills that have such tags; `tag_label` finds these. A function, because a
-- connection plans its statements once; planning cost more than looking. What is live is asked outside of the subqueries that use an
-- index, because there are partial indexes of what is live, and a plan may be made while nothing is there yet.
create function suggest_names(handle_start text, tag_start text, tag_label tsquery)
returns table (kind text, text text, "displayName" text)
language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
  -- The end of the range sorts behind every handle that begins like that, in whatever order of letters the database has.
  -- Whether a publisher has a public skill is asked in the order of handles, until two have.
  return query select 'publisher', p.handle, p.display_name from (
      select id, handle, display_name from publishers
      where handle_start <> '' and handle >= handle_start and handle <= handle_start || repeat('z', 39) and starts_with(handle, handle_start)
      order by handle offset 0
    ) p
    where exists (select from (select * from skills where publisher_id = p.id offset 0) s
        where latest_version_id is not null and status = 'active' and visibility = 'public')
    order by p.handle limit 2;
  return query select 'tag', t.tag, null::text from (
      select s.tags from (select * from skills where title_search @@ tag_label offset 0) s
      where latest_version_id is not null and status = 'active' and visibility = 'public'
      limit 200
    ) m, unnest(m.tags) t(tag)
    where starts_with(t.tag, tag_start) group by t.tag order by count(*) desc, t.tag limit 3;
end $$;
