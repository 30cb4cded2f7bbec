### The executive page.

horizon-month = Running month
horizon-quarter = Running quarter
horizon-year = Running year

executive-period = Period
executive-month = Month
executive-target = Target
executive-landing = Expected landing
executive-gap = Gap
executive-gap-hint = target less landing
executive-probability = Chance of reaching the target
executive-forecast = Forecast made a month before
executive-actual = Signed
executive-error = Error
executive-error-hint = of what was signed; above zero: forecast too high
executive-naive-error = Error of “same month last year”
executive-by-market = Market
executive-by-business-line = Business line

executive-standing-title = { $horizon ->
    [year] The year is expected to land at { $landing }, { $share } of its target; the chance of reaching it is { $probability }.
    [quarter] The quarter is expected to land at { $landing }, { $share } of its target; the chance of reaching it is { $probability }.
   *[month] The month is expected to land at { $landing }, { $share } of its target; the chance of reaching it is { $probability }.
}
executive-standing-no-target = The year is expected to land at { $landing }; no target is set.
executive-standing-subtitle = Contracts signed so far, and what is still expected of the period
executive-gap-title = { $unit } is furthest behind its target for the year: { $gap } are missing.
executive-no-gap-title = Every unit is expected to reach its target for the year.
executive-gap-subtitle = Expected landing less target of the year, contracts; left of the line: behind
executive-ahead = Landing less target
executive-last-forecast-title = { $within ->
    [yes] Last month’s forecast for this month was { $error } too { $direction ->
        [over] high
       *[under] low
    }, within its interval.
    [unknown] Last month’s forecast for this month was { $error } too { $direction ->
        [over] high
       *[under] low
    }; its record was too short for an interval.
   *[no] Last month’s forecast for this month was { $error } too { $direction ->
        [over] high
       *[under] low
    }, outside its interval.
}
executive-last-forecast-subtitle = Contracts of the month as forecast at the end of the month before, and as signed

missing-gap-by-unit = the gap to target
missing-last-forecast = how good last month’s forecast was
reason-no-earlier-forecast = A month ago the history was too short to forecast from.
missing-causes-of-gap = the causes of the gap
executive-causes-subtitle = { $tested ->
    [one] One cause was tested; it counts the year to date
   *[other] Of { $tested } causes tested on the year to date; the chapter on performance shows all
}
executive-no-cause = Taken as a whole, none of them stands out from chance.

executive-risk-year = The target of { $period } is more likely missed than reached: { $gap } short on expectation.
executive-risk-market = { $market } is more likely to miss its target of { $period } than to reach it: { $gap } short on expectation.
