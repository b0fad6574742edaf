const PREFIX = 'habit:'
const MOST_HABITS = 100
const MOST_DAYS = 3660
const OLDEST_CHECK_IN_DAYS = 366
const DAY_MS = 86_400_000

// --- Days: whole numbers since 1970-01-01 ---

function parseDay(text, label) {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new Error(`${label} is "${text}", which is not a day; write it as 2026-03-14.`)
  }
  return time / DAY_MS
}

const formatDay = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10)

const referenceDay = ({ today }) => (today === undefined ? Math.floor(Date.now() / DAY_MS) : parseDay(today, 'today'))

// --- Storage: one value a habit, { name, days: sorted numbers } ---

function cleanName(text) {
  const name = text.trim().replace(/\s+/g, ' ')
  if (name === '') throw new Error('habit is empty; give it a name such as Read.')
  return name
}

const keyOf = (name) => `${PREFIX}${name.toLowerCase()}`

async function loadAll(ctx) {
  const keys = await ctx.storage.list(PREFIX)
  return Promise.all(keys.map((key) => ctx.storage.get(key)))
}

async function findHabit(ctx, text) {
  const name = cleanName(text)
  const habit = await ctx.storage.get(keyOf(name))
  if (habit !== null) return habit
  const known = (await loadAll(ctx)).map((other) => other.name).toSorted((a, b) => (a < b ? -1 : 1))
  const hint = known.length === 0 ? 'There are none yet; check in first.' : `Known habits: ${known.join(', ')}.`
  throw new Error(`There is no habit "${name}". ${hint}`)
}

/** An empty habit of this name, where there is room for one more. */
async function newHabit(ctx, name) {
  const keys = await ctx.storage.list(PREFIX)
  if (keys.length < MOST_HABITS) return { name, days: [] }
  throw new Error(`There are already ${MOST_HABITS} habits; forget one before you add "${name}".`)
}

// --- Streaks ---

function longestStreak(days) {
  let longest = 0
  let length = 0
  for (const [index, day] of days.entries()) {
    length = index > 0 && day === days[index - 1] + 1 ? length + 1 : 1
    longest = Math.max(longest, length)
  }
  return longest
}

/** Days in a row up to `today`, or up to yesterday while today is still open. */
function currentStreak(days, today) {
  const done = new Set(days)
  let day = done.has(today) ? today : today - 1
  let length = 0
  while (done.has(day)) {
    length += 1
    day -= 1
  }
  return length
}

function describeHabit({ name, days }, today) {
  return {
    habit: name,
    currentStreak: currentStreak(days, today),
    longestStreak: longestStreak(days),
    totalDays: days.length,
  }
}

// --- Actions ---

export async function checkIn(input, ctx) {
  const today = referenceDay(input)
  const day = input.date === undefined ? today : parseDay(input.date, 'date')
  if (day > today)
    throw new Error(`date is ${formatDay(day)}, which is after today (${formatDay(today)}); check in on the day.`)
  if (day < today - OLDEST_CHECK_IN_DAYS) {
    throw new Error(`date is ${formatDay(day)}, more than ${OLDEST_CHECK_IN_DAYS} days ago; is the year right?`)
  }
  const name = cleanName(input.habit)
  const habit = (await ctx.storage.get(keyOf(name))) ?? (await newHabit(ctx, name))
  const alreadyDone = habit.days.includes(day)
  const days = alreadyDone ? habit.days : [...habit.days, day].sort((a, b) => a - b).slice(-MOST_DAYS)
  if (!alreadyDone) await ctx.storage.set(keyOf(name), { name: habit.name, days })
  const facts = describeHabit({ name: habit.name, days }, today)
  ctx.stream(`${facts.habit}: ${facts.currentStreak} in a row\n`)
  return { ...facts, date: formatDay(day), alreadyDone }
}

export async function undo(input, ctx) {
  const today = referenceDay(input)
  const day = input.date === undefined ? today : parseDay(input.date, 'date')
  const habit = await findHabit(ctx, input.habit)
  const days = habit.days.filter((done) => done !== day)
  const wasDone = days.length < habit.days.length
  if (wasDone) await ctx.storage.set(keyOf(habit.name), { name: habit.name, days })
  return { ...describeHabit({ name: habit.name, days }, today), date: formatDay(day), wasDone }
}

function reportHabit(habit, today, periodDays) {
  const first = habit.days[0] ?? today
  const from = Math.max(first, today - periodDays + 1)
  const done = new Set(habit.days)
  const period = Array.from({ length: Math.max(0, today - from + 1) }, (_, index) => done.has(from + index))
  const doneDays = period.filter(Boolean).length
  return {
    ...describeHabit(habit, today),
    doneDays,
    periodDays: period.length,
    percent: period.length === 0 ? 0 : Math.round((1000 * doneDays) / period.length) / 10,
    calendar: period.map((isDone) => (isDone ? '#' : '.')).join(''),
  }
}

export async function report(input, ctx) {
  const today = referenceDay(input)
  const chosen = input.habit === undefined ? await loadAll(ctx) : [await findHabit(ctx, input.habit)]
  const habits = chosen
    .toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1))
    .map((habit) => reportHabit(habit, today, input.days ?? 30))
  const width = Math.max(0, ...habits.map(({ habit }) => habit.length))
  for (const h of habits) {
    ctx.stream(
      `${h.habit.padEnd(width)}  ${h.calendar}  current ${h.currentStreak}, longest ${h.longestStreak}, ` +
        `${h.doneDays} of ${h.periodDays} days (${h.percent} %)\n`,
    )
  }
  return { today: formatDay(today), habits }
}

export async function forget(input, ctx) {
  const habit = await findHabit(ctx, input.habit)
  await ctx.storage.delete(keyOf(habit.name))
  return { habit: habit.name, forgottenDays: habit.days.length }
}
