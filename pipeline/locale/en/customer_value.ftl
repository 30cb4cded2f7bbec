### Customer value.

## Labels
cv-customer = Customer
cv-customers = Customers
cv-market = Market
cv-segment = Segment
cv-segments = Segments
cv-phase = Phase of life
cv-alive = Still active
cv-value-12 = Expected margin, 12 months
cv-lifetime = Lifetime value
cv-treatment = Treatment
cv-recency = Recency (5 = most recent)
cv-recency-1 = longest ago
cv-recency-5 = latest
cv-frequency = Frequency (5 = most often)
cv-frequency-1 = least often
cv-frequency-5 = most often
cv-amount-12 = Amount, last 12 months
cv-share-of-customers = Share of customers
cv-share-of-amount = Share of the amount
cv-quiet = Quiet for
cv-in-days = days
cv-rhythm = Usual interval
cv-usual-value = Margin of a usual year
cv-stake = Value at stake
cv-value-level = Value
cv-potential-level = Potential
cv-potential = Unused potential
cv-traded = Traded
cv-not-traded = Not yet traded
cv-kind-of-customer = Kind
cv-grade-manual = Grade set by hand
cv-grade-computed = Computed grade
cv-grade-reason = Reason
cv-wallet = Wallet a year
cv-change = Change in a month
cv-median-quiet = Quiet for, median
cv-orders-12 = Orders a year, mean
cv-median-purchase = Purchase, median
cv-from = Last month
cv-to = This month
cv-yes = yes
cv-no = no
cv-prediction-strength = Prediction strength
cv-bootstrap-rand = Bootstrap agreement
cv-stable = Stable
cv-chosen = Chosen
cv-line = Product line
cv-sale-kind = Kind of sale
cv-expected-value = Expected margin
cv-chance = Chance in 12 months
cv-amount-if = Amount if bought
cv-open-customers = Customers without the line then
cv-expected-buyers = Buyers expected
cv-actual-buyers = Buyers since
cv-lift = Lift of the first fifth
cv-cohort = Quarter of the first purchase
cv-quarters-since = Quarters since
cv-share-buying = Share buying
cv-origin = Forecast made on
cv-method = Method
cv-expected-purchases = Purchases expected
cv-naive-purchases = As in the 13 weeks before
cv-naive-bias = Bias of “as before”
cv-actual-purchases = Purchases made
cv-bias = Bias of the total
cv-median-bias = Bias of the total, median size
cv-error = Error per customer
cv-rank = Rank correlation
cv-capture = Purchases of the first tenth
cv-windows = Windows judged
cv-way = Way to the total
cv-weight = Weight
cv-log-error = Typical error
cv-parameter = Model and parameter
cv-estimate = Estimate

## Closed vocabularies
phase-prospect = Prospect
phase-new = New
phase-growing = Growing
phase-mature = Mature
phase-declining = Declining
phase-lost = Lost
phase-reactivated = Reactivated
treatment-grow = Grow
treatment-keep = Keep
treatment-harvest = Harvest
treatment-nurture = Nurture
treatment-let-go = Let go
level-high = high
level-medium = medium
level-low = low
grade-reason-top-value = brings the first 70% of expected margin
grade-reason-top-amount = brought the first 70% of the amount
grade-reason-other-value = traded, brings less
grade-reason-qualified-deal = qualified deal open, large wallet
grade-reason-open-deal = a deal is open
grade-reason-contact = contact within 26 weeks
grade-reason-nothing = no deal, no contact
cv-sale-kind-again = Lines it knows
cv-sale-kind-new = New lines
cv-method-forecast = This forecast
cv-method-same-as-last = Same as the last 13 weeks
cv-way-model = Repeat-purchase models
cv-way-model-times-last-year = Models, corrected as a year ago
cv-way-model-times-recent = Models, corrected as in the last window
cv-way-last-year = Same window a year ago, grown
segment-frequent-low = Frequent, low spend
segment-frequent-medium = Frequent, medium spend
segment-frequent-high = Frequent, high spend
segment-frequent-very-high = Frequent, very high spend
segment-regular-low = Regular, low spend
segment-regular-medium = Regular, medium spend
segment-regular-high = Regular, high spend
segment-regular-very-high = Regular, very high spend
segment-occasional-low = Occasional, low spend
segment-occasional-medium = Occasional, medium spend
segment-occasional-high = Occasional, high spend
segment-occasional-very-high = Occasional, very high spend
segment-rare-low = Rare, low spend
segment-rare-medium = Rare, medium spend
segment-rare-high = Rare, high spend
segment-rare-very-high = Rare, very high spend
segment-quiet = Quiet for a year
segment-long-quiet = Quiet for years

## Titles
cv-value-title = { $customer } is expected to bring the most: { $value } of margin in twelve months.
cv-value-title-empty = No customer has bought yet.
cv-value-subtitle = Traded customers by expected margin of the next 12 months, with 80% intervals; the workbook has more of them
cv-rfm-title = Who bought lately and often brings most of the money
cv-rfm-subtitle = Amount of the last 12 months, { $unit }, by fifths of traded customers; rows: how lately they bought, columns: how often
cv-pareto-title = { $customers ->
    [one] One of { $all } buying customers brings 80% of the amount.
   *[other] { $customers } of { $all } buying customers bring 80% of the amount.
}
cv-pareto-subtitle = Customers from the largest down, amount of the last 12 months; Gini { $gini }, as concentrated as { $equal } equal customers
cv-phases-title =
    { $declining ->
        [one] One customer is declining
       *[other] { $declining } customers are declining
    }, { $lost } are lost.
cv-phases-subtitle = Phases are relative to each customer’s own buying rhythm
cv-at-risk-title = { $customers ->
    [one] One customer may be leaving.
   *[other] { $customers } customers may be leaving.
}
cv-at-risk-subtitle = Declining customers with a rhythm of their own; at stake: margin of a usual year × chance of having left
cv-matrix-title = { $grow ->
    [one] One customer has value and room to grow.
   *[other] { $grow } customers have value and room to grow.
}
cv-matrix-subtitle = High value: the first 70% of expected margin; medium: up to 90%. High potential: above the median
cv-matrix-outgrown = { $number ->
    [one] One customer bought more from us in the last 12 months than its recorded wallet holds: what it bought stands for it. Renew that wallet.
   *[other] { $number } customers bought more from us in the last 12 months than their recorded wallets hold: what they bought stands for these. Renew those wallets.
}
cv-matrix-note = { $which ->
    [all] The wallet of every customer is recorded.
    [none] No customer’s wallet is recorded: the best fifth of the industry stands for it, so that the largest customers seem to have no room.
   *[other] The wallet is recorded for { $known } of { $all } customers; for the others the best fifth of their industry stands for it.
}
cv-margin-note = { $measured ->
    [yes] Margin from unit costs, known for { $covered } of the amount: { $rate } for the whole company, more or less by what a customer buys.
   *[no] Margin is assumed to be { $rate } of the amount (settings), as no unit costs are known.
}
cv-grades-title = Computed grades beside those set by hand
cv-grades-subtitle = Traded customers: A or B; not yet traded: A, B or C
cv-grade-differences-title = { $customers ->
    [0] The figures agree with every grade set by hand.
    [one] For one customer the figures propose another grade.
   *[other] For { $customers } customers the figures propose another grade.
}
cv-grade-differences-subtitle = The most valuable first; a grade set by hand stays until somebody changes it
cv-segments-title = “{ $segment }”: { $customers } of customers, { $amount } of the amount.
cv-segments-title-empty = No customer has a segment yet.
cv-segments-subtitle = Segments of customers who have bought, by expected margin; amounts of 12 months
cv-moves-title = { $customers ->
    [0] Nobody changed segment since last month.
    [one] One customer changed segment since last month.
   *[other] { $customers } customers changed segment since last month.
}
cv-moves-subtitle = Over the last year { $share } of customers moved in a month and { $bounced } came straight back; scale fixed on { $since }
cv-counts-title = { $stable ->
    [yes] { $clusters } segments are stable and were chosen.
   *[no] No number of segments is stable by both tests, so the smallest was taken: { $clusters }. Read the borders as rough.
}
cv-counts-subtitle = Stable: prediction strength of at least 0.8 and bootstrap agreement of at least 0.9; measured when the scale was fixed
cv-repeat-lines-title = Where repeat sales are expected, by product line
cv-repeat-lines-subtitle = Expected margin of the next 12 months from existing customers
cv-repeat-title = { $proposals ->
    [0] There is no line that a customer has not bought yet.
    [one] One proposal of a line the customer has not bought yet
   *[other] { $proposals } proposals of lines the customer has not bought yet
}
cv-repeat-subtitle = Chance × amount of the first year × margin, the highest first
cv-repeat-check-title = { $buyers ->
    [0] Chances learned a window earlier, against what happened
   *[other] Of those ranked in the first fifth { $buyers } bought a new line; by lot it would have been { $lot }.
}
cv-repeat-check-subtitle = Chances learned a window earlier, against what happened. A lift of 1: no better than drawing lots
cv-retention-title = How many of each quarter’s new customers still buy
cv-retention-subtitle = Rows: quarter of the first purchase; columns: quarters since; whole quarters only
cv-track-title = Forecasts of 13 weeks as they would have been made, and what happened
cv-track-subtitle = Whole company; purchases of customers known on the day of the forecast
cv-track-summary-title = { $windows ->
    [one] In one past window the total was off by { $bias }; “same as last” by { $naive }.
   *[other] Over { $windows } past windows the total was off by { $bias } (median); “same as last” by { $naive }.
}
cv-track-summary-subtitle = Whole company, next 13 weeks; error and rank per customer
cv-ways-title = How the expected number of purchases came about
cv-ways-subtitle = Whole company, next 12 months; weights by how well each way did on earlier windows; without any, a typical error is assumed
cv-parameters-title = Parameters of the fitted models
cv-parameters-subtitle = Maximum likelihood, 95% intervals; time in weeks, amounts in the company’s currency

## Left out
missing-customer-value = the expected value of each customer
missing-customer-track = the track record of forecasts
missing-segments = the segments of customers
missing-purchases = what customers bought
missing-concentration = the concentration of the amount
missing-repeat-sales = proposals of new product lines
missing-grade-differences = where computed and manual grades differ
customer-value-no-manual-grades = No customer has a grade set by hand.
customer-value-no-lines = Products of the data belong to no product line, or all to one.
customer-value-proposals-untested = The history is too short to test whether proposals find buyers.
customer-value-proposals-no-better = Tested on the window before, proposals found no more buyers than drawing customers by lot.
customer-value-history-too-short = The history is too short to predict from: { $months } months, of at least { $needed } that are needed.
customer-value-too-few-repeats = Too few customers have bought more than once.
customer-value-too-few-customers = Too few customers have bought for long enough.

## Headlines
headline-prospects = Prospects
headline-lost-customers = Lost customers
headline-declining-customers = Declining customers
headline-share-of-amount-top-tenth = Share of the largest tenth
headline-value-12-months-cny = Expected margin, 12 months
headline-lifetime-value-cny = Lifetime value
headline-value-at-stake-cny = Value at stake

## Findings
customer-value-answer = Customers who have bought are expected to bring { $value } of margin in the next twelve months; { $stake } a year is at stake with customers who may be leaving ({ $customers } have bought, { $active } of them in the last twelve months).
customer-value-may-leave = { $customer } has been quiet for { $quiet }, against a usual interval of { $rhythm }: active with a chance of { $alive }, { $stake } of margin a year at stake.
customer-value-may-leave-do = Call before the next usual purchase is missed, and ask what changed.
customer-value-moved =
    { $all ->
        [one] One customer changed segment since last month
       *[other] { $all } customers changed segment since last month
    }; most of them, { $customers }, from “{ $source }” to “{ $target }”.
customer-value-concentrated = The largest tenth of buying customers brings { $share } of the amount, and { $customers } customers bring 80%; the largest, { $largest }, { $largest_share }.
customer-value-grades =
    { $customers ->
        [one] One traded customer below grade A is
       *[other] { $customers } traded customers below grade A are
    } among those who bring 70% of the expected margin, together { $value }; the first is { $customer } (grade { $grade }).
customer-value-grades-do = Confirm or change the grade, and who follows these customers.
customer-value-next-line = Of lines that customers have not bought yet, “{ $line }” promises most: { $value } of expected margin; first { $customer }, with a chance of { $probability }.
customer-value-grow =
    { $customers ->
        [one] One customer has
       *[other] { $customers } customers have
    } value and room to grow: { $value } of expected margin, { $potential } a year still bought elsewhere.
customer-value-trust =
    { $windows ->
        [one] In one past window
       *[other] Over { $windows } past windows
    } of 13 weeks these forecasts missed the total by { $bias } (median; “same as last” by { $naive }), with an error per customer { $error } smaller.
