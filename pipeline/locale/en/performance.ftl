### Messages of performance.

performance-period = Period
performance-metric = Metric
performance-metric-contracts = Contracts
performance-metric-collections = Collections
performance-actual = Actual
performance-plan-to-date = Plan to date
performance-attainment-to-date = Attainment to date
performance-target = Target
performance-attainment = Of the whole target
performance-last-year = Last year
performance-growth = Growth
performance-attainment-title = { $period }: contracts stand at { $share } of the plan to date
performance-by-plain = Contracts by group; no target is set at this level
performance-by-title = Most is missing in { $value }: { $gap }
performance-market = Market
performance-business-line = Business line
performance-product-line = Product line
performance-department = Department
performance-person = Person
performance-gap-to-date = Gap to date
performance-signed = Signed
performance-landing = Landing
performance-gap = Gap
performance-probability = Probability of target
performance-landing-title = { $period } will land at about { $landing }; the target is reached with a probability of { $probability }
performance-landing-subtitle = Signed, plus what open deals and deals not yet created will bring; 80% intervals
performance-part = Part
gap-part-repeat-sales = Sales without a deal
gap-part-qualified-deals = Number of qualified deals
gap-part-win-rate = Win rate
gap-part-average-amount = Average amount
gap-part-share-in-time = Share closing in time
gap-part-still-to-come = Still to come without a deal in hand
performance-bridge-plan-to-date = Plan to date
performance-bridge-actual-to-date = Actual
performance-bridge-plan-landing = Target
performance-bridge-actual-landing = Landing
performance-bridge-title-to-date = { $side ->
    [short] { $period }: contracts are { $gap } behind the plan to date
   *[over] { $period }: contracts are { $gap } ahead of the plan to date
}
performance-bridge-title-landing = { $side ->
    [short] { $period } is expected to miss its target by { $gap }
   *[over] { $period } is expected to exceed its target by { $gap }
}
performance-bridge-subtitle-to-date = From plan to actual, split exactly; the plan side has last year’s rates and as many deals as they then need
performance-bridge-subtitle-landing = From target to landing, split exactly; open deals count with what the forecast expects of them
performance-gaps-title-to-date = { $side ->
    [short] { $value } is furthest behind its plan to date: { $gap }
   *[over] None is behind its plan to date
}
performance-gaps-title-landing = { $side ->
    [short] { $value } is expected to miss its target most: { $gap }
   *[over] None is expected to miss its target
}
missing-gap-to-target = the split of the gap to the target
missing-gap-by-cut = the gap by this dimension
reason-landing-not-split = The forecast does not tell what the open deals bring of the landing.
performance-computed = By formula
performance-own-figure = Own figure
performance-seasonal-share = Seasonal share
performance-proposal-subtitle = { $own ->
    [0] Every cell by the formula below
   *[other] { $own } of { $cells } cells have the reader’s own figure; the others fill up the total
}
performance-gap-place-landing = { $place } is expected to miss its target of { $plan } by { $gap }.
performance-amount = Amount
performance-gaps-note = Positive figures widen the gap. In every row the parts add up to the gap; each row is split by its own rates, so a column of parts does not add up to the split of the whole.
performance-cause = Cause
performance-cause-too-few-deals = Too few qualified deals
performance-cause-slow-process = Process too slow
performance-cause-falling-win-rate = Falling win rate
performance-cause-shrinking-deals = Shrinking deals
performance-cause-repeat-sales = Old customers buy less
performance-cause-people = The same people stay behind
performance-cause-partners = Partners
performance-cause-one-deal = Dependence on one deal
performance-remedy = Usual remedy
performance-remedy-too-few-deals = Deepen grid marketing, special campaign, telemarketing
performance-remedy-slow-process = Replan the deals, coach, bring managers into late stages
performance-remedy-falling-win-rate = Coach, change staffing, support named key deals
performance-remedy-shrinking-deals = Sell wider solutions, defend price, seek large projects
performance-remedy-repeat-sales = Repeat sales to old customers, visits to those gone quiet
performance-remedy-people = Replan or coach, change staffing
performance-remedy-partners = Review partners one by one, joint campaigns
performance-remedy-one-deal = Secure the deal at the top, build a second one
performance-verdict = Test
performance-met-yes = met
performance-met-no = not met
performance-figure = Figure
performance-usual = Usual or limit
performance-money = Widens the gap to date by
performance-share-of-gap = Share of the gap to date
performance-causes-title = { $number ->
    [0] No cause passes its test
    [one] One cause passes its test
   *[other] { $number } causes pass their test
}
performance-causes-note = The first five add up to the gap of the year to date (plan to date less actual) and, with what is still to come without a deal in hand, to the gap to the target (target less landing); the others say where it sits or what threatens, and overlap with them. The tests judge what has happened: the year to date.
performance-causes-subtitle = Tested on the gap of the year to date; the gap to the target stands beside it
performance-money-to-target = Widens the gap to target by
performance-share-to-target = Share of the gap to target
performance-missing = Missing
performance-expected-open = From open deals
performance-expected-repeat = Without deals
performance-still-needed = New deals must bring
performance-needed-deals = New qualified deals needed
performance-needed-by = Must exist by
performance-weeks-left = Weeks left
performance-required-title = { $short ->
    [0] The coming quarters need { $deals } new qualified deals, no more than usual
   *[other] The coming quarters need { $deals } new qualified deals, { $short } more than usually come
}
performance-required-none = What is in hand and usually comes is enough for the coming quarters: no new qualified deals are needed for them
performance-all = all
performance-required-by-title = { $units ->
    [0] No unit needs new qualified deals for the coming quarters
    [one] One unit needs { $deals } new qualified deals for the coming quarters, { $short } more than usually come; what others have over is not counted
   *[other] { $units } units need { $deals } new qualified deals for the coming quarters, { $short } more than usually come; what others have over is not counted
}
performance-by-none = No group is behind its plan to date
performance-metric-of-period = { $metric }, { $period }
performance-expected-new = Usually bring
performance-short-deals = More than usual
performance-required-note = Missing is the target less what is signed; open deals and sales without a deal count with what is expected of them. What is left must come from deals that are not qualified yet; what such deals usually bring is the mean of the same point of earlier quarters. Must exist by: the week in which half of them could still sign by the middle of what is left of the period.
performance-upper = Level
performance-lower = Level below
performance-value = Of
performance-upper-amount = Target above
performance-lower-amount = Sum below
performance-difference = Difference
performance-breaches-title = { $number ->
    [0] All levels of the targets add up
    [one] One target does not add up
   *[other] { $number } targets do not add up
}
performance-history-share = History share
performance-potential-share = Potential share
performance-unit-share = Proposed share
performance-proposed = Proposed target
performance-proposal-title = Proposal for { $period }: { $total }
performance-proposal-note = Proposed = total × ({ $history } × history share + { $potential } × potential share) × seasonal share, rounded so that all cells add up. History is the last twelve months, potential the open pipeline, season the same months of past years. To put in your own figures, fill the column Own figure of this sheet of the workbook, save it in the data folder and name it in the parameter override; the other cells then fill up the total.
performance-month = Month
performance-season-title = The proposal follows the usual season
performance-fails = Fails
performance-audit-title = { $failing } of { $number } targets fail a letter of SMART
performance-audit-subtitle = S specific, M measurable, A attainable (probability at least { $attainable }; the forecast gives it for { $judged } of { $number }), R adds up to its parent, T has a period
missing-performance = performance against target
missing-gaps = the gap and its parts
missing-causes = the causes of the gap
missing-required = the qualified deals still needed
missing-target-checks = the check that targets add up
missing-target-audit = the SMART audit of targets
headline-attainment-month-rate = Attainment of the month
headline-attainment-quarter-rate = Attainment of the quarter to date
headline-attainment-year-rate = Attainment of the year to date
headline-target-breaches = Targets that do not add up
performance-answer-short = { $period } will land at { $landing } against a target of { $target }: { $gap } short, with a probability of { $probability } of reaching it.
performance-answer-reached = { $period } will land at { $landing }, { $gap } above the target of { $target }, with a probability of { $probability } of reaching it.
performance-answer-without-target = { $period } will land at { $landing }; no target is set.
performance-finding-too-few-deals = Too few qualified deals: { $figure } in play where the plan needs { $usual }; this widens the gap to date by { $money }.
performance-finding-slow-process = The process is too slow: { $figure } of the deals in play were decided in time, { $usual } last year; this widens the gap to date by { $money }.
performance-finding-falling-win-rate = The win rate fell to { $figure } from { $usual } last year; this widens the gap to date by { $money }.
performance-finding-shrinking-deals = Won deals shrank to { $figure } on average from { $usual }; this widens the gap to date by { $money }.
performance-finding-repeat-sales = Sales without a deal bring { $figure } where the plan needs { $usual }; this widens the gap to date by { $money }.
performance-finding-people = The same people stay behind: the fifth furthest behind in the first half carry { $figure } of what was missing in the second, { $usual } by chance; they are { $money } short.
performance-finding-partners = Partners carry { $figure } of the gap to date but { $usual } of the plan.
performance-finding-one-deal = { $figure } of what open deals will bring in the quarter hangs on one deal worth { $money } on expectation.
performance-gap-place = { $place } is { $gap } behind its plan to date of { $plan }.
performance-breaches = { $breaches ->
    [one] One target does not
   *[other] { $breaches } targets do not
} add up to the level above; the largest difference is { $largest }.
performance-audit = { $failing } of { $targets } targets fail a letter of SMART.
performance-required = To reach its target { $period } needs { $deals } qualified deals more than usual by { $deadline }; they would have to bring { $missing }.
performance-required-late = { $period } is { $missing } short even with the usual number of new deals. At the usual cycle the { $deals } additional qualified deals should have existed by { $deadline }: only deals in hand can help.
performance-action = { $place }: close the gap of { $gap }; the largest part of it: { $part }.
performance-attainment-plain = { $period }: contracts of { $actual } so far; no target is set
performance-landing-plain = { $period } will land at about { $landing }; no target is set
missing-attainment-by-cut = contracts by this dimension
reason-nothing-assigned = The data assign no contract to a value of it.
