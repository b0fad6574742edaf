"""Campaign links: build them consistently, audit the ones that exist. Standard library only."""

import csv
import io
import re
import unicodedata
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

MOST_LINKS = 2000
PARAMETERS = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"]
REQUIRED = PARAMETERS[:3]

# What the default channel groupings of common analytics tools recognise.
KNOWN_MEDIUMS = set(
    "affiliate app audio banner cpa cpc cpm cpv display email e-mail expandable interstitial link mobile notification "
    "offline organic paid-social paid-video paidsearch paid-search ppc print push qr referral retargeting shopping sms "
    "social social-media social-network sponsored video".split()
)


def split_link(text):
    """The parts of an absolute http or https link, or None."""
    try:
        parts = urlsplit(text)
        parts.port  # raises where the port is no number
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", text):
        return None
    return parts


# --- Building ---


def normalize(value, label):
    """Lower case, words joined by hyphens, no accents or other punctuation."""
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9.+-]+", "-", re.sub(r"['’]", "", plain))
    cleaned = re.sub(r"-{2,}", "-", words).strip("-")
    if cleaned == "":
        raise ValueError(f'{label} is "{value}", of which nothing is left in plain letters and digits; choose another value.')
    return cleaned


def channel_parameters(channel, index, campaign):
    """The UTM parameters of one channel in their fixed order."""
    given = [
        ("utm_source", channel["source"], f"channels[{index}].source"),
        ("utm_medium", channel["medium"], f"channels[{index}].medium"),
        ("utm_campaign", campaign, "campaign"),
        ("utm_term", channel.get("term", ""), f"channels[{index}].term"),
        ("utm_content", channel.get("content", ""), f"channels[{index}].content"),
    ]
    return [(name, value, normalize(value, label)) for name, value, label in given if value.strip() != ""]


def check_required(channels, campaign):
    if campaign.strip() == "":
        raise ValueError("campaign is empty; name it, for example spring-sale.")
    for index, channel in enumerate(channels):
        for field, example in (("source", "newsletter"), ("medium", "email")):
            if channel[field].strip() == "":
                raise ValueError(f"channels[{index}].{field} is empty; name it, for example {example}.")


def tag_page(page, parameters):
    """The page with these parameters behind its own; returns the link and the UTM parameters it already had."""
    parts = split_link(page)
    kept, replaced = [], []
    for pair in parts.query.split("&") if parts.query else []:
        name = pair.partition("=")[0].lower()
        (replaced if name in PARAMETERS else kept).append(pair)
    query = "&".join([*kept, urlencode([(name, value) for name, _, value in parameters], quote_via=quote)])
    return urlunsplit(parts._replace(query=query)), replaced


def to_csv(links):
    columns = ["page", "source", "medium", "campaign", "term", "content", "url"]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(links)
    return buffer.getvalue()


async def build(input, ctx):
    pages = [page.strip() for page in input["pages"]]
    channels, campaign = input["channels"], input["campaign"]
    if len(pages) * len(channels) > MOST_LINKS:
        raise ValueError(f"{len(pages)} pages times {len(channels)} channels is more than {MOST_LINKS} links; split the run.")
    for index, page in enumerate(pages):
        if split_link(page) is None:
            raise ValueError(f'pages[{index}] is "{page}"; write a whole address such as https://example.com/pricing.')
    check_required(channels, campaign)

    notes, links = [], []
    tagged = [channel_parameters(channel, index, campaign) for index, channel in enumerate(channels)]
    for parameters in tagged:
        notes += [f'{name}: "{value}" became "{clean}"' for name, value, clean in parameters if value != clean]
        medium = dict((name, clean) for name, _, clean in parameters)["utm_medium"]
        if medium not in KNOWN_MEDIUMS:
            notes.append(f'utm_medium: "{medium}" is not a medium that default channel groupings know')
    for page in pages:
        for parameters in tagged:
            url, replaced = tag_page(page, parameters)
            notes += [f"{page}: replaced {pair}" for pair in replaced]
            links.append({"page": page, **{name[4:]: clean for name, _, clean in parameters}, "url": url})
            ctx.stream(f"{url}\n")
    return {"links": links, "csv": to_csv(links), "notes": list(dict.fromkeys(notes))}


# --- Auditing ---


def problem(code, message, remedy):
    return {"code": code, "message": message, "remedy": remedy}


def value_problems(name, value):
    found = []
    if value != value.lower():
        found.append(problem("upper-case", f'{name} is "{value}"', f'write "{value.lower()}"'))
    if re.search(r"\s", value):
        joined = re.sub(r"\s+", "-", value.strip()).lower()
        found.append(problem("space", f'{name} is "{value}"', f'write "{joined}"'))
    if re.search(r"[^\s@]+@[^\s@]+\.[^\s@]+", value):
        found.append(problem("personal-data", f"{name} looks like an e-mail address", "use an anonymous code instead"))
    if name == "utm_medium" and value.strip().lower() not in KNOWN_MEDIUMS:
        found.append(problem("unusual-medium", f'utm_medium is "{value}"', "use a common one such as email, cpc or social"))
    return found


def audit_link(text):
    """Problems of one link and its UTM values by name."""
    parts = split_link(text)
    if parts is None:
        return [problem("not-a-link", "it is no absolute http or https address", "write it as https://example.com/page")], {}
    pairs = [(name.lower(), value) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    values, found = {}, []
    for name, value in pairs:
        if name not in PARAMETERS:
            continue
        if name in values:
            found.append(problem("duplicate", f"{name} is there more than once", "keep one"))
        values.setdefault(name, value)
    for name in REQUIRED:
        if values.get(name, "").strip() == "":
            found.append(problem("missing", f"{name} is missing or empty", f"add {name}"))
    if "utm_" in parts.fragment.lower():
        found.append(problem("after-hash", "UTM parameters stand behind #", "move them before the #"))
    filled = {name: value for name, value in values.items() if value.strip() != ""}
    for name, value in filled.items():
        found += value_problems(name, value)
    return found, filled


def spellings(audited):
    """For each parameter: the values with their counts, the most frequent first."""
    counted = {name: {} for name in PARAMETERS}
    for _, _, _, values in audited:
        for name, value in values.items():
            counted[name][value] = counted[name].get(value, 0) + 1
    return {name: sorted(values.items(), key=lambda item: (-item[1], item[0])) for name, values in counted.items() if values}


def folded(value):
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", value).lower())


def preferred_spellings(counted):
    """For each parameter and folded value the most frequent spelling."""
    preferred = {}
    for name, values in counted.items():
        for value, _ in values:
            preferred.setdefault((name, folded(value)), value)
    return preferred


async def audit(input, ctx):
    lines = [(number, line.strip()) for number, line in enumerate(input["links"].splitlines(), start=1) if line.strip()]
    if not lines:
        raise ValueError("links holds no link; paste one link a line.")
    audited = [(number, text, *audit_link(text)) for number, text in lines]
    counted = spellings(audited)
    preferred = preferred_spellings(counted)
    result = []
    for number, text, found, values in audited:
        for name, value in values.items():
            best = preferred[(name, folded(value))]
            if best != value:
                found.append(problem("spelling", f'{name} is "{value}", elsewhere "{best}"', f'write "{best}" everywhere'))
        if found:
            ctx.stream(f"Line {number}: {', '.join(item['code'] for item in found)}\n")
        result.append({"line": number, "url": text, "problems": found})
    clean = sum(1 for entry in result if not entry["problems"])
    return {
        "summary": {"links": len(result), "clean": clean, "withProblems": len(result) - clean},
        "links": result,
        "values": {name: [{"value": value, "count": count} for value, count in values] for name, values in counted.items()},
    }
