-- Matches of a search from the rank `best` to the rank `worst`, until they are enough; of each rank as many as those before left room for.
-- A function, because a connection plans its statements only once; planning them costs more than running them does.
-- Queries come out of a subquery, where the planner cannot see them: whatever it believes of the words, it takes the indexes.
create function search_ranks(
  title_query tsquery, whole_query tsquery, label_query tsquery, slug text, of_publisher text,
  except_ids text[], best int, worst int, enough int, most int
) returns table (rank int, id text, "isCurrent" boolean, "installCount" int, "downloadCount" int)
language plpgsql stable as $$
declare
  more int;
  room int := most + 1;
begin
  if best = 0 then
    return query select 0, s.id, s.latest_deprecation is null, s.install_count, s.download_count from skills s
      where latest_version_id is not null and status = 'active' and visibility = 'public' and s.id <> all (except_ids)
        and s.name = slug
        and (of_publisher is null or s.publisher_handle = of_publisher) and (label_query is null or s.title_search @@ label_query)
      limit room;
    get diagnostics more = row_count;
    room := room - more;
  end if;
  if worst = 0 or most + 1 - room >= enough then return; end if;

  if best <= 1 and of_publisher is null then
    return query select 1, s.id, s.latest_deprecation is null, s.install_count, s.download_count from skills s
      where latest_version_id is not null and status = 'active' and visibility = 'public' and s.id <> all (except_ids)
        and s.name >= slug and s.name <= slug || repeat('z', 64) and starts_with(s.name, slug) and s.name <> slug
        and (label_query is null or s.title_search @@ label_query)
      limit room;
    get diagnostics more = row_count;
    room := room - more;
  elsif best <= 1 then
    return query select 1, s.id, s.latest_deprecation is null, s.install_count, s.download_count from skills s
      where latest_version_id is not null and status = 'active' and visibility = 'public' and s.id <> all (except_ids)
        and s.publisher_id = (select p.id from publishers p where p.handle = of_publisher)
        and s.name >= slug and s.name <= slug || repeat('z', 64) and starts_with(s.name, slug) and s.name <> slug
        and (label_query is null or s.title_search @@ label_query)
      limit room;
    get diagnostics more = row_count;
    room := room - more;
  end if;
  if worst = 1 or most + 1 - room >= enough then return; end if;

  if best <= 2 then
    return query select m.* from (select title_query as query offset 0) asked, lateral (
      select 2, s.id, s.latest_deprecation is null, s.install_count, s.download_count from skills s
      where latest_version_id is not null and status = 'active' and visibility = 'public' and s.id <> all (except_ids)
        and s.title_search @@ asked.query and not (starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher))
      limit room) m;
    get diagnostics more = row_count;
    room := room - more;
  end if;
  if worst = 2 or most + 1 - room >= enough then return; end if;

  if best <= 3 then
    return query select m.* from (select whole_query as query offset 0) asked, lateral (
      select 3, s.id, s.latest_deprecation is null, s.install_count, s.download_count from skills s
      where latest_version_id is not null and status = 'active' and visibility = 'public' and s.id <> all (except_ids)
        and s.summary_search @@ asked.query
        and not s.title_search @@ title_query
        and not (starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher))
      limit room) m;
    get diagnostics more = row_count;
    room := room - more;
  end if;
  if worst = 3 or most + 1 - room >= enough then return; end if;

  return query select m.* from (select whole_query as query offset 0) asked, lateral (
    select 4, s.id, s.latest_deprecation is null, s.install_count, s.download_count from skills s
    where latest_version_id is not null and status = 'active' and visibility = 'public' and s.id <> all (except_ids)
      and s.search @@ asked.query
      and not s.summary_search @@ whole_query and not s.title_search @@ title_query
      and not (starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher))
    limit room) m;
end $$;
