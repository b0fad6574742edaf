"""Tournament schedules, brackets and tables. Standard library only."""

REST = None


def clean_players(players):
    """Names without outer spaces; each must be there once."""
    names = [" ".join(name.split()) for name in players]
    seen = {}
    for index, name in enumerate(names):
        if name == "":
            raise ValueError(f"players[{index}] is empty; give every player a name.")
        key = name.casefold()
        if key in seen:
            raise ValueError(f'players[{index}] "{name}" is there twice; tell them apart, for example "{name} 2".')
        seen[key] = index
    if len(names) < 2:
        raise ValueError(f"There are {len(names)} players; a tournament needs at least 2.")
    return names


# --- Round robin ---


def pair_rounds(names):
    """Rounds of (home, away) by the circle method; one stands still, the others move on by one place.

    The one who stands still changes sides every round, every other pair by its place in the circle: so home and away differ
    by at most one for everybody. With an odd number the rest stands still, and they do not differ at all.
    """
    circle = names if len(names) % 2 == 0 else [REST, *names]
    fixed, moving = circle[0], circle[1:]
    rounds = []
    for number in range(len(circle) - 1):
        order = [fixed, *moving]
        pairs = [(order[i], order[-1 - i]) for i in range(len(order) // 2)]
        turned = [
            (away, home) if (number % 2 == 1 if place == 0 else place % 2 == 1) else (home, away)
            for place, (home, away) in enumerate(pairs)
        ]
        rounds.append(turned)
        moving = [moving[-1], *moving[:-1]]
    return rounds


def describe_round(number, pairs, places):
    resting = [home if away is REST else away for home, away in pairs if REST in (home, away)]
    matches = []
    for index, (home, away) in enumerate(pair for pair in pairs if REST not in pair):
        match = {"home": home, "away": away}
        if places is not None:
            match["slot"] = index // places + 1
            match["place"] = index % places + 1
        matches.append(match)
    described = {"round": number, "matches": matches}
    if resting:
        described["rests"] = resting[0]
    return described


def schedule_markdown(rounds):
    lines = []
    for entry in rounds:
        lines.append(f"## Round {entry['round']}")
        lines.append("")
        for match in entry["matches"]:
            where = f" (slot {match['slot']}, place {match['place']})" if "place" in match else ""
            lines.append(f"- {match['home']} - {match['away']}{where}")
        if "rests" in entry:
            lines.append(f"- {entry['rests']} rests")
        lines.append("")
    return "\n".join(lines)


async def schedule(input, ctx):
    names = clean_players(input["players"])
    pairs = pair_rounds(names)
    if input.get("twice", False):
        pairs = pairs + [[(away, home) for home, away in entry] for entry in pairs]
    rounds = []
    for number, entry in enumerate(pairs, start=1):
        rounds.append(describe_round(number, entry, input.get("places")))
        ctx.stream(f"Round {number}: {len(rounds[-1]['matches'])} matches\n")
    return {
        "players": len(names),
        "rounds": rounds,
        "matches": sum(len(entry["matches"]) for entry in rounds),
        "markdown": schedule_markdown(rounds),
    }


# --- Knockout ---


def seed_order(size):
    """Seeds in bracket order: 1 meets the last, and 1 and 2 are in different halves."""
    order = [1]
    while len(order) < size:
        total = 2 * len(order) + 1
        order = [seed for first in order for seed in (first, total - first)]
    return order


ROUND_NAMES = {1: "Final", 2: "Semi-finals", 4: "Quarter-finals"}


def round_name(match_count):
    return ROUND_NAMES.get(match_count, f"Round of {match_count * 2}")


def next_round(places, number):
    """Pairs neighbouring places. A bye is no match: its player moves on. Returns matches, the places after, the next number."""
    matches, after = [], []
    for first, second in zip(places[::2], places[1::2]):
        if first is REST or second is REST:
            after.append(second if first is REST else first)
            continue
        matches.append({"match": number, "first": first, "second": second})
        after.append(f"Winner of match {number}")
        number += 1
    return matches, after, number


def bracket_markdown(rounds):
    lines = []
    for entry in rounds:
        lines += [f"## {entry['name']}", ""]
        lines += [f"{match['match']}. {match['first']} - {match['second']}" for match in entry["matches"]]
        lines.append("")
    return "\n".join(lines)


async def bracket(input, ctx):
    names = clean_players(input["players"])
    size = 1
    while size < len(names):
        size *= 2
    places = [names[seed - 1] if seed <= len(names) else REST for seed in seed_order(size)]
    rounds, number = [], 1
    while len(places) > 1:
        name = round_name(len(places) // 2)
        matches, places, number = next_round(places, number)
        rounds.append({"name": name, "matches": matches})
        ctx.stream(f"{name}: {len(matches)} matches\n")
    if input.get("thirdPlace", False):
        rounds = with_third_place(rounds, number)
    return {
        "players": len(names),
        "byes": names[: size - len(names)],
        "rounds": rounds,
        "matches": sum(len(entry["matches"]) for entry in rounds),
        "markdown": bracket_markdown(rounds),
    }


def with_third_place(rounds, number):
    """Puts the match of the losers of the semi-finals before the final and numbers the final after it."""
    semi_finals = rounds[-2]["matches"] if len(rounds) > 1 else []
    if len(semi_finals) < 2:
        raise ValueError("A match for third place needs two semi-finals: at least 4 players.")
    losers = [f"Loser of match {match['match']}" for match in semi_finals]
    third = {"match": number - 1, "first": losers[0], "second": losers[1]}
    final = {**rounds[-1]["matches"][0], "match": number}
    return [
        *rounds[:-1],
        {"name": "Third place", "matches": [third]},
        {"name": rounds[-1]["name"], "matches": [final]},
    ]


# --- Table ---


def empty_row(name):
    return {"player": name, "played": 0, "won": 0, "drawn": 0, "lost": 0, "for": 0, "against": 0, "points": 0}


def add_result(row, own, other, points):
    outcome = "won" if own > other else "drawn" if own == other else "lost"
    row["played"] += 1
    row[outcome] += 1
    row["for"] += own
    row["against"] += other
    row["points"] += points[outcome]


def tally(names, results, points):
    rows = {name: empty_row(name) for name in names}
    for result in results:
        add_result(rows[result["home"]], result["homeScore"], result["awayScore"], points)
        add_result(rows[result["away"]], result["awayScore"], result["homeScore"], points)
    return rows


def clean_results(results):
    """Results with one spelling a player: the one that came first."""
    spelling = {}

    def name_of(text, where):
        name = " ".join(text.split())
        if name == "":
            raise ValueError(f"{where} is empty; name the player.")
        return spelling.setdefault(name.casefold(), name)

    cleaned = []
    for index, result in enumerate(results):
        home = name_of(result["home"], f"results[{index}].home")
        away = name_of(result["away"], f"results[{index}].away")
        if home == away:
            raise ValueError(f'results[{index}]: "{home}" cannot play against itself.')
        cleaned.append({**result, "home": home, "away": away})
    return cleaned


def direct_points(level, results, points):
    """Points of the players on equal points, from the matches among themselves only."""
    inside = [result for result in results if result["home"] in level and result["away"] in level]
    return {name: row["points"] for name, row in tally(level, inside, points).items()}


def sort_keys(rows, results, points, tie_breaks):
    """For each player the tuple that decides its place; the smaller the better."""
    by_points = {}
    for row in rows.values():
        by_points.setdefault(row["points"], []).append(row["player"])
    direct = {}
    for level in by_points.values():
        direct.update(direct_points(level, results, points))
    value = {
        "difference": lambda row: row["for"] - row["against"],
        "for": lambda row: row["for"],
        "wins": lambda row: row["won"],
        "direct": lambda row: direct[row["player"]],
    }
    return {row["player"]: tuple(-value[name](row) for name in tie_breaks) for row in rows.values()}


def table_markdown(table):
    lines = ["| # | Player | P | W | D | L | Score | Points |", "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for row in table:
        name = row["player"].replace("|", "\\|")
        score = f"{row['for']}:{row['against']}"
        lines.append(
            f"| {row['rank']} | {name} | {row['played']} | {row['won']} | {row['drawn']} | {row['lost']} | {score} | {row['points']} |"
        )
    return "\n".join(lines) + "\n"


async def standings(input, ctx):
    points = {"won": input.get("pointsWin", 3), "drawn": input.get("pointsDraw", 1), "lost": input.get("pointsLoss", 0)}
    results = clean_results(input["results"])
    names = list(dict.fromkeys(name for result in results for name in (result["home"], result["away"])))
    rows = tally(names, results, points)
    keys = sort_keys(rows, results, points, input.get("tieBreaks", ["difference", "for", "direct", "wins"]))

    def place(row):
        return (-row["points"], *keys[row["player"]])

    table = []
    for index, row in enumerate(sorted(rows.values(), key=lambda row: (place(row), row["player"].casefold()))):
        is_level = index > 0 and place(row) == place(table[-1])
        rank = table[-1]["rank"] if is_level else index + 1
        table.append({"rank": rank, **row, "difference": row["for"] - row["against"]})
    for row in table[:3]:
        ctx.stream(f"{row['rank']}. {row['player']}: {row['points']} points\n")
    return {"table": table, "markdown": table_markdown(table)}
