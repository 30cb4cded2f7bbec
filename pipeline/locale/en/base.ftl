### What every exhibit and page needs. Chapters have their own files beside this one.

## Formats
format-points = { $points } points
format-days = { $number ->
    [one] { $days } day
   *[other] { $days } days
}
format-week = week of { $day }
format-period-quarter = Q{ $number } { $year }
format-period-week = Week { $number }, { $year }
format-period-year = { $year }
format-interval = { $low } to { $high }
format-with-interval = { $value } ({ $interval })
format-list = { $first } and { $last }
list-separator = { "; " }
label-not-given = not assigned
axis-with-unit = { $name }, { $unit }
interval-low = (low)
interval-high = (high)

## Exhibits
exhibit-empty = Nothing to show for this period.
figure-data = Data behind this figure
figure-more = { $number ->
    [one] One more stands in the data below.
   *[other] { $number } more stand in the data below.
}
figure-more-between = { $number ->
    [one] Below the dotted line stand the last ones; one more between them stands in the data below.
   *[other] Below the dotted line stand the last ones; { $number } more between them stand in the data below.
}
table-other = { $number ->
    [one] One other
   *[other] { $number } others
}
table-total = Total
table-rounding = Figures are rounded, so parts may differ from totals in the last digit.
table-more-rows = { $number ->
    [one] One more row is in the workbook.
   *[other] { $number } more rows are in the workbook.
}
chart-forecast = forecast
chart-cases = { $name } in each class, { $number } in all
alt-highest = Highest: { $name }, { $value }
alt-lowest = Lowest: { $name }, { $value }
alt-sparkline = from { $first } to { $last }
left-out = Left out: { $what }. { $why }
left-out-tables = { $number ->
    [one] The data have no rows in the table “{ $tables }”.
   *[other] The data have no rows in the tables “{ $tables }”.
}

## Findings
answer-none = The data of this period do not support an answer.
findings-none = Nothing in this period departs from the usual.
findings-none-finding = Nothing in this period departs from the usual.
findings-none-change = Nothing to report has changed since last month.
findings-none-risk = No chapter names a risk.
findings-none-action = No chapter proposes an action.
findings-title = Findings
findings-answer = Answer
findings-finding = Findings
findings-change = What changed
findings-risk = Risks
findings-action = Actions
findings-more = { $number ->
    [one] One more
   *[other] { $number } more
}
findings-column-kind = Kind
findings-column-sentence = Finding
findings-column-stake = Money at stake
findings-column-owner = Owner
findings-column-due = Due
finding-stake = At stake: { $amount }
finding-likelihood = Likelihood: { $share }
finding-owner = Owner:
finding-due = Due:
finding-evidence = See the evidence

## Headlines
headlines-title = Key figures
headline-change = { $change } since { $since }
headline-column-name = Key
headline-column-label = Meaning
headline-column-value = Value
headline-column-low = Low
headline-column-high = High
headline-column-unit = Unit
headline-wins = Deals won
headline-losses = Deals lost
headline-win-rate = Win rate, by number
headline-win-rate-by-amount = Win rate, by amount
headline-contracts-cny = Contracts signed
headline-collections-cny = Collections received
headline-contracts-cny-year-to-date = Contracts, year to date
headline-collections-cny-year-to-date = Collections, year to date
headline-active-customers = Active customers
headline-customers = Customers
headline-new-customers = New customers
headline-forecast-next-month = Forecast, next month
headline-landing-month = Expected landing, month
headline-landing-quarter = Expected landing, quarter
headline-landing-year = Expected landing, year
headline-probability-of-target-month = Chance of reaching the month’s target
headline-probability-of-target-quarter = Chance of reaching the quarter’s target
headline-probability-of-target-year = Chance of reaching the year’s target
headline-target-month = Target, month
headline-target-quarter = Target, quarter
headline-target-year = Target, year
headline-gap-month = Gap to target, month
headline-gap-quarter = Gap to target, quarter
headline-gap-year = Gap to target, year
headline-open-deals = Open deals
headline-open-pipeline-cny = Open pipeline

## Scopes
scope-company = Whole company
scope-market = { $name } market
scope-department = { $name } department
scope-person = { $name }
scope-business-line = { $name } business line
scope-product-line = { $name } product line

## Provenance
provenance-title = Provenance
provenance-name = Fact
provenance-value = Value
provenance-as-of = Data as known on
provenance-period = Period
provenance-scope = Scope
provenance-fingerprint = Fingerprint of the data
provenance-tables = Rows used
provenance-absent = Tables without rows

## Pages
page-as-of = as known on { $date }
page-status-published = Published
page-status-held-back = Held back
page-contents = Contents
page-skip = Skip to the report
page-answer = In short
page-left-out = Not in this report
page-left-out-why = These parts need data that this company’s tables do not have. They appear by themselves once the data are there.
page-stray = Other output
page-provenance = How this report was made
page-period = Period
page-scope = Scope
page-run = Run
page-rebuild = Rebuild it with
page-fingerprint = Data fingerprint
page-versions = Versions
page-rows = Rows used
page-notebook = Notebook
page-previous = Previous period
page-since-new = Changes since the report of { $since }; what moved the numbers is new data alone.
page-since-also = Changes since the report of { $since }. Not new data alone moved the numbers but also { $causes }; “{ $command }” gives each its part.
page-since-split = Changes since the report of { $since }, moved by new data and by { $causes }; each one’s part stands below.
split-title = What moved the key figures
split-figure = Key figure
split-now = This report
split-by-new-data = New data
split-by-corrected-data = Corrected data
split-by-definition = Changed definitions
split-by-code = Changed code
page-since-corrected = corrected data of earlier periods
page-since-definition = changed definitions
page-since-code = changed code
page-workbook = All tables as a workbook
page-other-reports = Other reports of this period
page-index = All reports
page-static = This page holds no script and loads nothing; it can be kept, mailed and printed as it is.
page-font-licence = The page embeds characters of Noto Sans, used under the SIL Open Font License 1.1.
page-money-note = Amounts in { $currency }. Intervals hold the true value with the probability stated beside them.
mail-open = Open the full report
workbook-provenance = Provenance
workbook-fact = Fact
workbook-value = Value
workbook-contents = Contents
workbook-sheet = Sheet
workbook-shows = What it shows
workbook-rows = Rows
incident-title = This report is held back
incident-lead = The latest run did not pass its checks, so nothing was published. The last good report stays in place.
incident-what = What happened
incident-cell = The cell that failed
incident-error = The error
incident-checks = Data checks that failed
incident-do = What to do
incident-last-good = Open the last good report
index-title = Sales reviews
index-latest = Latest
index-earlier = Earlier
index-period = Period
index-scope = Scope
index-status = Status
index-published = Published
index-changes = What changed
index-reports = Reports
index-none = No review has been published yet.
