const STORE_KEY = 'habits'
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

// --- Storage: { [key]: { name, days: sorted numbers } } ---

async function loadHabits(ctx) {
  const stored = await ctx.storage.get(STORE_KEY)
  return new Map(Object.entries(stored ?? {}))
}

const saveHabits = (ctx, habits) => ctx.storage.set(STORE_KEY, Object.fromEntries(habits))

function cleanName(text) {
  const name = text.trim().replace(/\s+/g, ' ')
  if (name === '') throw new Error('habit is empty; give it a name such as Read.')
  return name
}

// The prefix keeps a habit called `__proto__` an ordinary key.
const keyOf = (name) => `habit:${name.toLowerCase()}`

function findHabit(habits, text) {
  const name = cleanName(text)
  const habit = habits.get(keyOf(name))
  if (habit !== undefined) return habit
  const known = [...habits.values()].map((other) => other.name).sort()
  const hint = known.length === 0 ? 'There are none yet; check in first.' : `Known habits: ${known.join(', ')}.`
  throw new Error(`There is no habit "${name}". ${hint}`)
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
  if (day > today) throw new Error(`date is ${formatDay(day)}, which is after today (${formatDay(today)}); check in on the day.`)
  if (day < today - OLDEST_CHECK_IN_DAYS) {
    throw new Error(`date is ${formatDay(day)}, more than ${OLDEST_CHECK_IN_DAYS} days ago; is the year right?`)
  }
  const habits = await loadHabits(ctx)
  const name = cleanName(input.habit)
  const habit = habits.get(keyOf(name)) ?? { name, days: [] }
  if (!habits.has(keyOf(name)) && habits.size >= MOST_HABITS) {
    throw new Error(`There are already ${MOST_HABITS} habits; forget one before you add "${name}".`)
  }
  const alreadyDone = habit.days.includes(day)
  if (!alreadyDone) {
    const days = [...habit.days, day].sort((a, b) => a - b).slice(-MOST_DAYS)
    habits.set(keyOf(name), { name: habit.name, days })
    await saveHabits(ctx, habits)
  }
  const facts = describeHabit(habits.get(keyOf(name)), today)
  ctx.stream(`${facts.habit}: ${facts.currentStreak} in a row\n`)
  return { ...facts, date: formatDay(day), alreadyDone }
}

export async function undo(input, ctx) {
  const today = referenceDay(input)
  const day = input.date === undefined ? today : parseDay(input.date, 'date')
  const habits = await loadHabits(ctx)
  const habit = findHabit(habits, input.habit)
  const days = habit.days.filter((done) => done !== day)
  const wasDone = days.length < habit.days.length
  if (wasDone) {
    habits.set(keyOf(habit.name), { name: habit.name, days })
    await saveHabits(ctx, habits)
  }
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
  const all = await loadHabits(ctx)
  const chosen = input.habit === undefined ? [...all.values()] : [findHabit(all, input.habit)]
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
  const habits = await loadHabits(ctx)
  const habit = findHabit(habits, input.habit)
  habits.delete(keyOf(habit.name))
  await saveHabits(ctx, habits)
  return { habit: habit.name, forgottenDays: habit.days.length }
}
