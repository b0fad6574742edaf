-- Search reads less. `rank_skills` asks a sample of the most popular skills before it opens the index of a rank that may have many matches:
-- where the sample promises a full page, popularity leads to it sooner than the index. What it finds is what it found before.
drop function rank_skills;
--> statement-breakpoint
-- Ids of the best matches that are live, at most `wanted`, and the rank of each: by the name itself, the beginning of the name, name and
-- title, description and the like, readme. Within a rank the most popular stand first. From the rank `best`
-- to the rank `widest`, behind a key where one is given.
--
-- Plans are made for whatever comes, not for these words: estimates of them are nonsense, and they may be made while nothing is there yet.
-- So each statement leaves the planner one index that it can take: what is live is asked outside of the subquery that uses an index of
-- words, because there are partial indexes of what is live; and names are read in order.
create function rank_skills(
  title_query tsquery, whole_query tsquery, labels tsquery, slug text, of_publisher text, of_category text, of_kind text,
  except_ids text[], best int, widest int,
  after_rank int, after_current boolean, after_installs int, after_downloads int, after_id text,
  wanted int, out ids text[], out ranks int[]
) language plpgsql stable as $$
declare
  -- Matches of a rank that are looked up at first; where there are more, popularity leads to the best ones sooner than an index of words.
  few constant int := 700;
  -- Matches of a rank that are looked up where popularity does not lead far enough.
  many constant int := 5000;
  -- Of a rank that may have many matches, the most popular skills are asked first: so few of them and, where these let a full page be
  -- expected, `reach` times as many. Not of the rank that the key is in, whose skills before the key would all be read to be left out.
  sample constant int := 64;
  reach constant int := 16;
  most int;
  depth int;
  page text[];
  -- Matches of the rank before.
  before int := 0;
  -- One word is looked for: what has it may be a tenth of the catalogue, what has two of them hardly ever is.
  is_one_word constant boolean := numnode(title_query) = 1 + coalesce(numnode(labels) + 1, 0);
  -- The rank has more matches than are looked up.
  is_more boolean;
  -- All matches of better ranks are among `ids` and `except_ids`; else a match is asked what else it matches.
  is_whole boolean := after_rank is null;
begin
  ids := '{}';
  ranks := '{}';
  for rank in greatest(best, coalesce(after_rank, 0))..widest loop
    exit when wanted <= 0;
    most := few;
    page := '{}';
    depth := case
        when rank = after_rank then 0
        when rank = 1 and of_publisher is null and is_one_word and cardinality(ids) = 0 then sample
        when rank = 2 and is_one_word then sample
        when rank > 2 and before >= wanted then sample
        else 0 end;
    loop
      while depth > 0 loop
        if of_category is not null then
          select coalesce(array_agg(t.id), '{}') into page from (
            select s.id from (
              select s.id, s.name, s.publisher_handle, s.title_search, s.summary_search, s.search,
                s.latest_deprecation is null as is_current, s.install_count, s.download_count from skills s
              where latest_version_id is not null and status = 'active' and visibility = 'public' and s.category = of_category
                and (rank is distinct from after_rank
                  or ((s.latest_deprecation is null), s.install_count, s.download_count, s.id) < (after_current, after_installs, after_downloads, after_id))
              order by (s.latest_deprecation is null) desc nulls last, s.install_count desc nulls last, s.download_count desc nulls last, s.id desc nulls last
              limit depth) s
            where case rank
                when 0 then s.name = slug and (of_publisher is null or s.publisher_handle = of_publisher)
                when 1 then s.name <> slug and starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher)
                when 2 then s.title_search @@ title_query and not (starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher))
                when 3 then s.summary_search @@ whole_query and not s.title_search @@ title_query
                  and not (starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher))
                else s.search @@ whole_query and not s.summary_search @@ whole_query and not s.title_search @@ title_query
                  and not (starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher))
              end
              and (rank > 1 or labels is null or s.title_search @@ labels)
              and s.id not in (select unnest(ids || except_ids))
            order by s.is_current desc nulls last, s.install_count desc nulls last, s.download_count desc nulls last, s.id desc nulls last
            limit wanted) t;
        elsif of_kind is not null then
          select coalesce(array_agg(t.id), '{}') into page from (
            select s.id from (
              select s.id, s.name, s.publisher_handle, s.title_search, s.summary_search, s.search,
                s.latest_deprecation is null as is_current, s.install_count, s.download_count from skills s
              where latest_version_id is not null and status = 'active' and visibility = 'public' and s.kind = of_kind
                and (rank is distinct from after_rank
                  or ((s.latest_deprecation is null), s.install_count, s.download_count, s.id) < (after_current, after_installs, after_downloads, after_id))
              order by (s.latest_deprecation is null) desc nulls last, s.install_count desc nulls last, s.download_count desc nulls last, s.id desc nulls last
              limit depth) s
            where case rank
                when 0 then s.name = slug and (of_publisher is null or s.publisher_handle = of_publisher)
                when 1 then s.name <> slug and starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher)
                when 2 then s.title_search @@ title_query and not (starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher))
                when 3 then s.summary_search @@ whole_query and not s.title_search @@ title_query
                  and not (starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher))
                else s.search @@ whole_query and not s.summary_search @@ whole_query and not s.title_search @@ title_query
                  and not (starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher))
              end
              and (rank > 1 or labels is null or s.title_search @@ labels)
              and s.id not in (select unnest(ids || except_ids))
            order by s.is_current desc nulls last, s.install_count desc nulls last, s.download_count desc nulls last, s.id desc nulls last
            limit wanted) t;
        else
          select coalesce(array_agg(t.id), '{}') into page from (
            select s.id from (
              select s.id, s.name, s.publisher_handle, s.title_search, s.summary_search, s.search,
                s.latest_deprecation is null as is_current, s.install_count, s.download_count from skills s
              where latest_version_id is not null and status = 'active' and visibility = 'public'
                and (rank is distinct from after_rank
                  or ((s.latest_deprecation is null), s.install_count, s.download_count, s.id) < (after_current, after_installs, after_downloads, after_id))
              order by (s.latest_deprecation is null) desc nulls last, s.install_count desc nulls last, s.download_count desc nulls last, s.id desc nulls last
              limit depth) s
            where case rank
                when 0 then s.name = slug and (of_publisher is null or s.publisher_handle = of_publisher)
                when 1 then s.name <> slug and starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher)
                when 2 then s.title_search @@ title_query and not (starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher))
                when 3 then s.summary_search @@ whole_query and not s.title_search @@ title_query
                  and not (starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher))
                else s.search @@ whole_query and not s.summary_search @@ whole_query and not s.title_search @@ title_query
                  and not (starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher))
              end
              and (rank > 1 or labels is null or s.title_search @@ labels)
              and s.id not in (select unnest(ids || except_ids))
            order by s.is_current desc nulls last, s.install_count desc nulls last, s.download_count desc nulls last, s.id desc nulls last
            limit wanted) t;
        end if;
        exit when cardinality(page) >= wanted;
        depth := case when rank < 4 and depth = sample and cardinality(page) * reach >= wanted then sample * reach else 0 end;
      end loop;
      exit when cardinality(page) >= wanted;
      if rank = 0 then
        select coalesce(array_agg(t.id) filter (where not t.is_beyond), '{}'), coalesce(bool_or(t.is_beyond), false) into page, is_more from (
          select m.id, m.is_beyond from (
            select s.id, s.latest_deprecation is null as is_current, s.install_count, s.download_count, row_number() over () > most as is_beyond
            from (select id, name, latest_deprecation, install_count, download_count from skills where latest_version_id is not null and status = 'active' and visibility = 'public' and name = slug and (of_publisher is null or publisher_handle = of_publisher) and (labels is null or title_search @@ labels) order by name offset 0) s
            limit most + 1) m
          where m.is_beyond or rank is distinct from after_rank
            or (m.is_current, m.install_count, m.download_count, m.id) < (after_current, after_installs, after_downloads, after_id)
          order by m.is_beyond desc, m.is_current desc, m.install_count desc, m.download_count desc, m.id desc
          limit wanted + 1 + cardinality(ids) + cardinality(except_ids)) t
        where t.is_beyond or t.id not in (select unnest(ids || except_ids));
      elsif rank = 1 and of_publisher is null then
        select coalesce(array_agg(t.id) filter (where not t.is_beyond), '{}'), coalesce(bool_or(t.is_beyond), false) into page, is_more from (
          select m.id, m.is_beyond from (
            select s.id, s.latest_deprecation is null as is_current, s.install_count, s.download_count, row_number() over () > most as is_beyond
            from (select id, name, latest_deprecation, install_count, download_count from skills where latest_version_id is not null and status = 'active' and visibility = 'public' and name >= slug and name <= slug || repeat('z', 64) and starts_with(name, slug) and name <> slug and (labels is null or title_search @@ labels) order by name offset 0) s
            limit most + 1) m
          where m.is_beyond or rank is distinct from after_rank
            or (m.is_current, m.install_count, m.download_count, m.id) < (after_current, after_installs, after_downloads, after_id)
          order by m.is_beyond desc, m.is_current desc, m.install_count desc, m.download_count desc, m.id desc
          limit wanted + 1 + cardinality(ids) + cardinality(except_ids)) t
        where t.is_beyond or t.id not in (select unnest(ids || except_ids));
      elsif rank = 1 then
        select coalesce(array_agg(t.id) filter (where not t.is_beyond), '{}'), coalesce(bool_or(t.is_beyond), false) into page, is_more from (
          select m.id, m.is_beyond from (
            select s.id, s.latest_deprecation is null as is_current, s.install_count, s.download_count, row_number() over () > most as is_beyond
            from (select * from skills where publisher_id = (select p.id from publishers p where p.handle = of_publisher) and name >= slug and name <= slug || repeat('z', 64) and starts_with(name, slug) and name <> slug and (labels is null or title_search @@ labels) offset 0) s
            where latest_version_id is not null and status = 'active' and visibility = 'public'
            limit most + 1) m
          where m.is_beyond or rank is distinct from after_rank
            or (m.is_current, m.install_count, m.download_count, m.id) < (after_current, after_installs, after_downloads, after_id)
          order by m.is_beyond desc, m.is_current desc, m.install_count desc, m.download_count desc, m.id desc
          limit wanted + 1 + cardinality(ids) + cardinality(except_ids)) t
        where t.is_beyond or t.id not in (select unnest(ids || except_ids));
      elsif rank = 2 then
        select coalesce(array_agg(t.id) filter (where not t.is_beyond), '{}'), coalesce(bool_or(t.is_beyond), false) into page, is_more from (
          select m.id, m.is_beyond from (
            select s.id, s.latest_deprecation is null as is_current, s.install_count, s.download_count, row_number() over () > most as is_beyond
            from (select * from skills where title_search @@ title_query offset 0) s
            where latest_version_id is not null and status = 'active' and visibility = 'public'
            and (is_whole or not (starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher)))
            limit most + 1) m
          where m.is_beyond or rank is distinct from after_rank
            or (m.is_current, m.install_count, m.download_count, m.id) < (after_current, after_installs, after_downloads, after_id)
          order by m.is_beyond desc, m.is_current desc, m.install_count desc, m.download_count desc, m.id desc
          limit wanted + 1 + cardinality(ids) + cardinality(except_ids)) t
        where t.is_beyond or t.id not in (select unnest(ids || except_ids));
      elsif rank = 3 then
        select coalesce(array_agg(t.id) filter (where not t.is_beyond), '{}'), coalesce(bool_or(t.is_beyond), false) into page, is_more from (
          select m.id, m.is_beyond from (
            select s.id, s.latest_deprecation is null as is_current, s.install_count, s.download_count, row_number() over () > most as is_beyond
            from (select * from skills where summary_search @@ whole_query offset 0) s
            where latest_version_id is not null and status = 'active' and visibility = 'public'
            and (is_whole or not (starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher) or s.title_search @@ title_query))
            limit most + 1) m
          where m.is_beyond or rank is distinct from after_rank
            or (m.is_current, m.install_count, m.download_count, m.id) < (after_current, after_installs, after_downloads, after_id)
          order by m.is_beyond desc, m.is_current desc, m.install_count desc, m.download_count desc, m.id desc
          limit wanted + 1 + cardinality(ids) + cardinality(except_ids)) t
        where t.is_beyond or t.id not in (select unnest(ids || except_ids));
      else
        select coalesce(array_agg(t.id) filter (where not t.is_beyond), '{}'), coalesce(bool_or(t.is_beyond), false) into page, is_more from (
          select m.id, m.is_beyond from (
            select s.id, s.latest_deprecation is null as is_current, s.install_count, s.download_count, row_number() over () > most as is_beyond
            from (select * from skills where search @@ whole_query offset 0) s
            where latest_version_id is not null and status = 'active' and visibility = 'public'
            and (is_whole or not (starts_with(s.name, slug) and (of_publisher is null or s.publisher_handle = of_publisher) or s.title_search @@ title_query or s.summary_search @@ whole_query))
            limit most + 1) m
          where m.is_beyond or rank is distinct from after_rank
            or (m.is_current, m.install_count, m.download_count, m.id) < (after_current, after_installs, after_downloads, after_id)
          order by m.is_beyond desc, m.is_current desc, m.install_count desc, m.download_count desc, m.id desc
          limit wanted + 1 + cardinality(ids) + cardinality(except_ids)) t
        where t.is_beyond or t.id not in (select unnest(ids || except_ids));
      end if;
      exit when not is_more or most = many;
      is_whole := false;
      -- Readmes are long and cost several times as much to look into as titles.
      depth := case rank when 4 then 500 else 1500 end;
      most := many;
    end loop;
    page := page[1:wanted];
    before := cardinality(page);
    ids := ids || page;
    ranks := ranks || array_fill(rank, array[cardinality(page)]);
    wanted := wanted - cardinality(page);
  end loop;
end $$;
--> statement-breakpoint
-- A search as somebody typed it, best matches first. Where it finds fewer than `few` and `doubtful` is there, further rows tell what else
-- could be meant: words that look like doubtful ones; where there are none, what an unfinished last word begins outside of titles, too.
create or replace function search_skills(
  title_words text, whole_words text, label_words text, slug text, of_publisher text, of_category text, of_kind text,
  except_ids text[], widest int,
  after_rank int, after_current boolean, after_installs int, after_downloads int, after_id text,
  wanted int, doubtful json, few int
) returns table (
  misspelt text, alike text[], "isFurther" boolean, rank int,
  id text, publisher text, name text, "displayName" text, description text, kind text, category text, tags text[],
  "latestVersion" text, conformance text, "installCount" int, "downloadCount" int, visibility text, deprecation text,
  "publishedAt" timestamptz, "updatedAt" timestamptz
)
language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  labels tsquery := label_words::tsquery;
  title_query tsquery := words_query(title_words);
  whole_query tsquery := words_query(whole_words);
  typed record;
  further record;
  ids text[];
  ranks int[];
begin
  if labels is not null then
    title_query := title_query && labels;
    whole_query := whole_query && labels;
  end if;
  select * into typed from rank_skills(title_query, whole_query, labels, slug, of_publisher, of_category, of_kind, except_ids, 0, widest,
    after_rank, after_current, after_installs, after_downloads, after_id, wanted);
  ids := typed.ids;
  ranks := typed.ranks;
  if doubtful is not null and cardinality(typed.ids) < least(few, wanted) then
    return query select a.typed, a.words, true, null::int, null::text, null::text, null::text, null::text, null::text, null::text, null::text,
      null::text[], null::text, null::text, null::int, null::int, null::text, null::text, null::timestamptz, null::timestamptz
      from words_alike(doubtful) a;
    if not found and widest > 2 and title_words <> whole_words then
      select * into further from rank_skills(title_query, title_query, labels, slug, of_publisher, of_category, of_kind,
        except_ids || typed.ids, 3, widest, null, null, null, null, null, wanted - cardinality(typed.ids));
      ids := ids || further.ids;
      ranks := ranks || further.ranks;
    end if;
  end if;
  return query select null::text, null::text[], f.place > cardinality(typed.ids), f.rank,
    s.id, s.publisher_handle, s.name, s.display_name, s.description, s.kind, s.category, s.tags,
    s.latest_semver, s.latest_conformance, s.install_count, s.download_count, s.visibility, s.latest_deprecation,
    s.published_at::timestamptz, s.updated_at::timestamptz
    from unnest(ids, ranks) with ordinality f(id, rank, place) join skills s on s.id = f.id
    order by f.place;
end $$;
