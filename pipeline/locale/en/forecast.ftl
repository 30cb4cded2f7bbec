### Sales forecast and eight weeks.

forecast-month = Month
forecast-metric = Metric
forecast-metric-contracts = Contracts
forecast-metric-collections = Collections
forecast-actual = Actual
forecast-vintage = Forecast of
forecast-made-at = Made on { $day }
forecast-fan-title = { $metric }: { $expected } expected in { $month }
forecast-fan-subtitle = Signed or received by month, then the forecast with its 80% interval
forecast-vintages-title = { $metric }: what earlier forecasts said, and what came
forecast-vintages-subtitle = Each line is a forecast as it was made from what was known then
forecast-period = Period
forecast-signed = Signed so far
forecast-from-open-deals = From open deals
forecast-not-yet-created = Not yet created
forecast-landing = Landing
forecast-target = Target
forecast-gap = Gap
forecast-chance = Chance of target
forecast-required-pipeline = Open pipeline needed
forecast-landing-title = { $period } is expected to land at { $landing }
forecast-landing-subtitle = Signed so far, plus open deals through their weekly chance of closing, plus deals not yet created; 80% interval
forecast-landing-note = Open pipeline needed is what would have to be open now, at the yield that open deals have, for the target to be met on expectation.
forecast-landing-by-title = Landing of { $period } by { $dimension }
forecast-dimension-company = Company
forecast-dimension-business-line = Business line
forecast-dimension-product-line = Product line
forecast-dimension-market = Market
forecast-dimension-department = Department
forecast-dimension-person = Person
forecast-path = Two years and the next one
forecast-last-12-months = Last 12 months
forecast-next-12-months = Next 12 months
forecast-growth = Growth
forecast-next-month = Next month
forecast-hierarchy-title = { $metric } by { $dimension }
forecast-hierarchy-subtitle = Forecasts of every level add up; intervals do not
forecast-step = Step
forecast-amount = Amount
forecast-bridge-title = The year’s landing moved by { $change } since last month
forecast-bridge-subtitle = Contracts, from { $before } to { $now }: what the closed month brought beyond its forecast, and what moved the months to come
forecast-revision-last-landing = Landing a month ago
forecast-revision-closed-month = Closed month against its forecast
forecast-revision-time-series = To come: time series
forecast-revision-target = To come: target set or changed
forecast-revision-open-deals = To come: open deals
forecast-revision-landing = Landing now
forecast-level = Level and months ahead
forecast-level-ahead = { $level }, { $first } to { $last } ahead
forecast-replays = Replays
forecast-error = Error
forecast-bias = Bias
forecast-coverage-80 = Held by the 80% interval
forecast-coverage-95 = Held by the 95% interval
forecast-interval-score = Interval score (80%)
forecast-error-of = Error of { $baseline }
forecast-accuracy-title = { $metric }: the time series alone missed the next month by { $error }
forecast-accuracy-subtitle = Every forecast made again at past month ends from what was known then; error is the sum of misses over the sum of what came
forecast-accuracy-note = No coverage is given for fewer than twelve forecasts.
forecast-months-to-come = Months to come
forecast-landing-track-title = The landing of the next month missed by { $error }
forecast-landing-track-subtitle = Sum of the months still to come, replayed at past month ends; errors as shares of what came
forecast-unit = Unit
forecast-limited-to = Taken as
forecast-one-off-title = { $months -> 
    [one] One month was not taken at face value
   *[other] { $months } months were not taken at face value
}
forecast-one-off-note = A month beyond six usual deviations from those around it is limited for the models, so that one deal does not become a habit. Totals keep the true amount.
forecast-months-of-history = Months of history
forecast-share-statistical = Theta and damped trend
forecast-share-boosted = Boosted across series
forecast-share-naive = Same month last year
forecast-backtest-error = Backtest error (MASE)
forecast-backtest-error-naive = Same, last year’s month
forecast-working-days = Working-day elasticity
forecast-festival = Spring festival effect (log)
forecast-models-title = What the forecast is made of
forecast-models-note = Shares are chosen by rolling backtest, before the target and a baseline used instead take their part (both for the next month). A calendar effect of 0 means that none was clear of its error.
forecast-week = Week
forecast-known-contracts = From open deals
forecast-known-collections = From unpaid invoices
forecast-weeks-title = { $metric }: { $expected } expected in eight weeks
forecast-weeks-subtitle = Expected by week, with the 80% interval where a track record carries one
forecast-eight-weeks = Eight weeks
forecast-week-by-week-title = { $metric }, week by week, by { $dimension }
forecast-week-by-week-subtitle = Seven days from the date at the head of each column; rows add up to the total; 80% interval of the eight weeks together
forecast-past-week-title = The past week ({ $week }) against earlier forecasts for it
forecast-weeks-before = { $weeks -> 
    [one] Forecast one week before
   *[other] { $weeks } weeks before
}
forecast-weeks-ahead = Weeks ahead
forecast-weekly-accuracy-title = { $metric }: one week ahead the forecast missed by { $error }
forecast-weekly-accuracy-none = No track record
forecast-deal = Deal
forecast-deal-id = Number
forecast-stage = Stage
forecast-chance-eight-weeks = Chance in eight weeks
forecast-expected = Expected
forecast-likely-week = Likeliest week
forecast-planned-close = Planned close
forecast-pushes = Times pushed
forecast-deals-title = { $deals -> 
    [one] One open deal carries { $expected }
   *[other] { $deals } open deals carry { $expected }
} of the eight weeks
forecast-deals-note = The chance is that of signing within the eight weeks, from how deals in the same state closed before; it is not the CRM’s probability.
forecast-invoice = Invoice
forecast-customer = Customer
forecast-due = Due
forecast-days-overdue = Days overdue
forecast-open-amount = Open amount
forecast-invoices-title = { $invoices -> 
    [one] One unpaid invoice carries { $expected }
   *[other] { $invoices } unpaid invoices carry { $expected }
} of the eight weeks
forecast-was-expected = Was expected
forecast-now-expected = Now expected
forecast-why = Why
forecast-slipped-title = { $deals -> 
    [one] One deal worth { $amount } slipped
   *[other] { $deals } deals worth { $amount } slipped
} in the past week
forecast-sufficiency = Sufficiency
forecast-coverage-ratio = Coverage (unweighted)
forecast-sufficiency-title = Is the pipeline enough for the month?
forecast-sufficiency-note = Sufficiency is what open deals are expected to bring in the month over target less signed; business that needs no deal comes on top.
forecast-lands-month = The month ({ $period }) is expected to land at { $landing }.
forecast-lands-quarter = The quarter ({ $period }) is expected to land at { $landing }.
forecast-lands-year = The year ({ $period }) is expected to land at { $landing }.
forecast-record-best = { $metric }: one month ahead the company’s forecast missed by { $error } over { $replays } replays; the best baseline, { $baseline }, by { $theirs }.
forecast-record-beaten = { $metric }: one month ahead { $baseline } missed by { $theirs } over { $replays } replays, the company’s forecast by { $error }. The lead is within chance (paired test), so the forecast stands.
forecast-bias-high = { $metric }: forecasts one month ahead were too high by { $bias } on average.
forecast-bias-low = { $metric }: forecasts one month ahead were too low by { $bias } on average.
forecast-revised-up = The year’s landing rose by { $change }: { $closed } from the closed month, { $outlook } from the months to come.
forecast-revised-down = The year’s landing fell by { $change }: { $closed } from the closed month, { $outlook } from the months to come.
forecast-largest-gap = The largest gap of the quarter is { $unit }’s: { $gap } short of { $target }.
forecast-misses-month = The month ({ $period }) is expected to land at { $landing }, { $gap } short of { $target }. The chance of reaching the target is { $chance }.
forecast-reaches-month = The month ({ $period }) is expected to land at { $landing }, { $gap } above { $target }. The chance of reaching the target is { $chance }.
forecast-misses-month-unsure = The month ({ $period }) is expected to land at { $landing }, { $gap } short of { $target }.
forecast-reaches-month-unsure = The month ({ $period }) is expected to land at { $landing }, { $gap } above { $target }.
forecast-misses-quarter = The quarter ({ $period }) is expected to land at { $landing }, { $gap } short of { $target }. The chance of reaching the target is { $chance }.
forecast-reaches-quarter = The quarter ({ $period }) is expected to land at { $landing }, { $gap } above { $target }. The chance of reaching the target is { $chance }.
forecast-misses-quarter-unsure = The quarter ({ $period }) is expected to land at { $landing }, { $gap } short of { $target }.
forecast-reaches-quarter-unsure = The quarter ({ $period }) is expected to land at { $landing }, { $gap } above { $target }.
forecast-misses-year = The year ({ $period }) is expected to land at { $landing }, { $gap } short of { $target }. The chance of reaching the target is { $chance }.
forecast-reaches-year = The year ({ $period }) is expected to land at { $landing }, { $gap } above { $target }. The chance of reaching the target is { $chance }.
forecast-misses-year-unsure = The year ({ $period }) is expected to land at { $landing }, { $gap } short of { $target }.
forecast-reaches-year-unsure = The year ({ $period }) is expected to land at { $landing }, { $gap } above { $target }.

eight-weeks-contracts = Contracts of the next eight weeks are expected at { $expected }; open deals account for { $known }.
eight-weeks-collections = Collections of the next eight weeks are expected at { $expected }; unpaid invoices account for { $known }.
eight-weeks-past-above = { $metric } of the past week came to { $actual }, { $missed } above the { $forecast } forecast a week before.
eight-weeks-past-below = { $metric } of the past week came to { $actual }, { $missed } below the { $forecast } forecast a week before.
eight-weeks-slipped = { $deals -> 
    [one] One deal
   *[other] { $deals } deals
} worth { $amount } slipped in the past week.
eight-weeks-largest-deal = { $deal } alone carries { $expected }, { $share } of the contracts expected in eight weeks; its chance is { $chance }.
metric-contracts = Contracts
metric-collections = Collections
baseline-seasonal-naive = same month last year
baseline-trailing-mean = mean of three months
baseline-weighted-pipeline = weighted pipeline
baseline-target = the target
baseline-time-series = time series alone
baseline-mean-13-weeks = mean of 13 weeks
baseline-last-year = last year’s weeks
slip-pushed-again = pushed again, three times or more
slip-pushed = put off
slip-fell-back = fell back a stage
slip-no-activity = no activity for 30 days
slip-still-open = due, still open
headline-forecast-collections-next-month = Collections forecast, next month
headline-eight-weeks-contracts-cny = Contracts, next eight weeks
headline-eight-weeks-collections-cny = Collections, next eight weeks
headline-past-week-contracts-cny = Contracts, past week
headline-past-week-collections-cny = Collections, past week
missing-landing = the landing of month, quarter and year
missing-landing-track = the track record of the landing
missing-monthly-forecast = the monthly forecast
missing-vintages = earlier forecasts
missing-track-record = the track record
missing-revision = what changed since last month
missing-one-off = one-off months
missing-eight-weeks = the eight-week table
missing-past-week = the past week
missing-named-deals = the named deals
missing-named-invoices = the named invoices
missing-slipped = what slipped
missing-sufficiency = sufficiency
reason-history-too-short = The history is too short.
reason-company-only = It is kept for the whole company only, or there is no earlier forecast.
reason-new-year = The last forecast belongs to another year.
reason-none-found = There is none.
forecast-of-next-month = Contracts of the next month are expected at { $expected }.
missing-forecast-of-contracts = the forecast of contracts
missing-forecast-of-collections = the forecast of collections

forecast-error-beside-target = Landing, same replays as the target
forecast-target-share = Share of the target
forecast-used-instead = Used instead
forecast-landing-track-note = Every line is the sum of so many months to come, forecast from what was known at past month ends. The target takes part with the share that past month ends justify; its error counts only the replays at which it had been set for all of the months. A baseline that has surely missed less (paired test) is used in the forecast’s place and named. No coverage is given, and no interval printed, for fewer than eight judged replays. Sums of many months overlap: twelve replays of six months are no more than two or three cases.
forecast-part = Part
forecast-trend = Trend
forecast-trend-title = { $metric }: the trend moved { $growth } in twelve months
forecast-trend-subtitle = By month, and the trend beneath the season, working days and spring festival
forecast-season-title = How far each month usually lies from the trend
forecast-season-subtitle = Share above (+) or below (−) the trend, before working days and spring festival
forecast-effects-title = What the calendar does to a month
forecast-effects-note = Beyond the usual season. An effect whose 95% interval holds zero cannot be told from none; the forecast uses those that are clear.
forecast-driver = Cause
forecast-driver-working-days = One working day more
forecast-driver-festival = The whole spring festival in the month
forecast-effect = Effect
forecast-effect-low = At least (95%)
forecast-effect-high = At most (95%)
forecast-verdict = Verdict
forecast-clear = clear
forecast-not-clear = cannot be told from none
forecast-first-month = First month
forecast-amount-a-month = A month so far
forecast-analogues = Analogues
forecast-growth-by-analogy = Expected change
forecast-young-title = { $units ->
    [one] One new unit is forecast by analogy
   *[other] { $units } new units are forecast by analogy
  }
forecast-young-note = Products and people in their first year follow those of the same kind from the same age on, less so the fewer of these there are and the more months a unit has of its own. First months far from what is usual for the kind are taken for luck in part.
forecast-record-used = { $metric }: { $baseline } has missed less ({ $theirs }) than the company’s forecast ({ $error }) one month ahead over { $replays } replays, and is used in its place.
forecast-trend-moved = { $metric }: beneath season and calendar, the trend moved { $growth } in twelve months.
missing-young = new units
missing-trend = the trend
missing-season = the season
missing-effects = the calendar’s effects
forecast-record-alone = { $metric }: one month ahead the company’s forecast missed by { $error } over { $replays } replays.
forecast-weekly-record-title = All eight weeks together were missed by { $error }
forecast-weekly-record-subtitle = Sum of the eight weeks, replayed at past weeks from what was known then
eight-weeks-record-best = { $metric }: over { $replays } replays the eight weeks together were missed by { $error }; the best baseline, { $baseline }, missed by { $theirs }.
eight-weeks-record-beaten = { $metric }: over { $replays } replays { $baseline } missed the eight weeks together by { $theirs }, the forecast by { $error }. The lead is within chance (paired test), so the forecast stands.
eight-weeks-record-used = { $metric }: over { $replays } replays { $baseline } missed the eight weeks together by { $theirs }, the forecast by { $error }; it is now used in the forecast’s place where it is surely better.
missing-by-business-line = the forecast by business lines
missing-by-product-line = the forecast by product lines
missing-by-market = the forecast by markets
missing-by-department = the forecast by departments
missing-by-person = the forecast by persons
reason-dimension-unused = The data name none.
forecast-level-one-ahead = { $level }, next month
forecast-accuracy-united-title = { $metric }: the next month was missed by { $error }
forecast-skill-title = { $metric }: next month, the forecast was ahead of { $ahead } of { $baselines } baselines
forecast-skill-subtitle = Share of the baseline’s error that the forecast avoided, over the same replays
forecast-skill-note = Below zero the baseline was better. It is used in the forecast’s place only where its lead is beyond chance (paired test on errors that do not overlap): whatever is merely ahead in a short record tends to lose afterwards.
forecast-revision-in-all = In all
forecast-ahead = Was ahead
forecast-landing-subtitle-no-interval = Signed so far, plus open deals through their weekly chance of closing, plus deals not yet created; no interval yet, for lack of a record
