# Messages on imported data. Variables of a fault: column, action.

missing = { $column } is empty. The row was not loaded.
not-a-number = { $column } is not a number. { $action ->
    [row-refused] The row was not loaded. Correct the value and import again.
   *[other] The row was loaded without this value.
}
ambiguous-number = { $column } can be read in two ways: nothing tells the decimal sign from the thousands sign, or both are used. { $action ->
    [row-refused] The row was not loaded.
   *[other] The row was loaded without this value.
} Say decimal = "." or "," in the mapping.
too-large = { $column } is larger than any real amount. { $action ->
    [row-refused] The row was not loaded.
   *[other] The row was loaded without this value.
} Correct it in the source.
other-currency = { $column } is in another currency than the company's. { $action ->
    [row-refused] The row was not loaded.
   *[other] The row was loaded without this value.
} Convert it in the export.
excel-error = { $column } holds an error of a spreadsheet formula. { $action ->
    [row-refused] The row was not loaded.
   *[other] The row was loaded without this value.
} Mend the formula.
not-whole = { $column } is not a whole number. { $action ->
    [row-refused] The row was not loaded.
   *[other] The row was loaded without this value.
}
not-a-date = { $column } is not a date. { $action ->
    [row-refused] The row was not loaded. Write dates as 2026-10-31.
   *[other] The row was loaded without this value. Write dates as 2026-10-31.
}
no-such-day = { $column } names a day that does not exist. { $action ->
    [row-refused] The row was not loaded.
   *[other] The row was loaded without this value.
}
ambiguous-date = { $column } can mean two days, and nothing in the file tells which comes first, day or month. { $action ->
    [row-refused] The row was not loaded.
   *[other] The row was loaded without this value.
} Say dates = "d/m/y" or "m/d/y" in the mapping.
date-out-of-range = { $column } lies before 1900 or after 2199. { $action ->
    [row-refused] The row was not loaded.
   *[other] The row was loaded without this value.
}
in-the-future = { $column } lies after the day of the export, so it cannot have happened. { $action ->
    [row-refused] The row was not loaded.
   *[other] The row was loaded without this value.
} Correct it, or say the right --exported-on.
too-far-ahead = { $column } lies more than 30 years ahead. { $action ->
    [row-refused] The row was not loaded.
   *[other] The row was loaded without this value.
}
too-long = { $column } is longer than 2,000 characters; usually a quotation mark is missing. { $action ->
    [row-refused] The row was not loaded.
   *[other] The row was loaded without this value.
}
damaged-id = { $column } was cut off by a spreadsheet (1.23E+12). { $action ->
    [row-refused] The row was not loaded.
   *[other] The row was loaded without this value.
} Format the column as text and export again.
not-a-boolean = { $column } is neither yes nor no. { $action ->
    [row-refused] The row was not loaded.
   *[other] The row was loaded without this value.
}
unknown-choice = { $column } has a value that is not in its list. { $action ->
    [row-refused] The row was not loaded. Translate the value in the mapping (values).
    [kept] It was loaded as "other". Translate the value in the mapping (values).
   *[other] The row was loaded without this value. Translate the value in the mapping (values).
}
not-a-period = { $column } is no month, quarter or year. { $action ->
    [row-refused] The row was not loaded. Write 2026-10, 2026-Q4 or 2026.
   *[other] The row was loaded without this value. Write 2026-10, 2026-Q4 or 2026.
}
below-minimum = { $column } is below what is possible. { $action ->
    [row-refused] The row was not loaded.
   *[other] The row was loaded without this value.
}
above-maximum = { $column } is above what is possible. { $action ->
    [row-refused] The row was not loaded.
   *[other] The row was loaded without this value.
}
not-readable = The value of this change cannot be read. The change was loaded without it.
unknown-stage = The stage is none of the company's. The row was loaded without a stage. Translate it in the mapping: [opportunities.values.stage].
unknown-outcome = The status says neither open nor won, lost or invalid. The row was not loaded. Translate it in the mapping: [opportunities.values.outcome].
closed-without-date = The opportunity is closed, but no closing day is given. The row was not loaded. Export the closing date.
closing-day-unknown = The opportunity is closed, but no closing day is given. It was open in the export before, so it counts as closed on the day of this one.
created-unknown = The day of creation is empty. The opportunity is counted from the day of the export on.
closed-before-created = The closing day lies before the day of creation. The opportunity counts as created on its closing day.
due-before-issued = The due day lies before the invoice day. The row was loaded as it is.
delivered-before-shipped = The delivery lies before the shipment. The row was loaded as it is.
cancelled-before-ordered = The cancellation lies before the order. The row was loaded as it is.
promised-before-ordered = The promised day lies before the order. The row was loaded as it is.
answered-before-opened = The answer lies before the ticket was opened. The row was loaded as it is.
closed-before-opened = The ticket was closed before it was opened. The row was loaded as it is.
left-before-joined = The last day lies before the first day. The row was loaded as it is.
copy-of-row = The row repeats an earlier one exactly. It was loaded once.
duplicate-key = Another row above has the same { $column } and says something else. The first one was loaded, this one was not.
too-many-fields = The line has more fields than the header. It was not loaded. A delimiter inside a text needs quotation marks.
too-few-fields = The line has fewer fields than the header. It was not loaded. Export it again.
not-signed = The status says that it is a draft or a quotation. The row was not loaded.
is-cancelled = The status says that it was cancelled. The row was not loaded.
not-done-yet = The activity is planned and has not taken place. The row was not loaded.

import-done = Imported, as exported on { $day } (mappings: { $mapping }).
import-dry-run = Nothing was written (dry run). Exported on { $day } (mappings: { $mapping }).
import-nothing-new = Nothing new: every file was loaded before.
file-loaded = { $file }: { $rows } rows of { $table }.
file-loaded-partly = { $file }: { $rows } rows of { $table }; { $refused } rows not loaded, listed in quarantine.
file-unchanged = { $file }: loaded before, nothing changes.
file-refused = { $reason }
file-not-recognised = { $file }: not recognised as any table, left alone.
matches-title = What was matched to what:
unused-labels = not used: { $labels }
faults-title = What needs a look:
fault-where = { $count } x, first on line { $line }
faults-more = ... and { $count } more kinds; all of them stand in the table quarantine.
notes-title = Notes:
encoding-guessed = the encoding was not marked; read as { $value }.
lost-amounts-are-zero = all { $value } lost deals have the amount 0, which is no amount: they were loaded without one.
older-than-known = { $value } opportunities are known from a later export; this older one says nothing new of them.
references-resolved = { $column }: { $count } references were matched by name or spelling.
orphans = { $column }: { $count } references to something that is in no master file ({ $values }).

check-title = Quality of the data, { $day }
check-tables = Tables
check-keys = Keys that are empty or doubled: reports would be wrong
check-impossible-days = Days that cannot be
check-orphans = References to something that is not there
check-stale = Exports older than a month
check-unknown-values = Values that company.toml does not list
check-refused = What imports refused or changed
check-completeness = Columns that are not always filled
check-chapters = What each chapter lacks
check-more = ... and { $count } more; --json lists all.
check-nothing = Nothing is loaded yet. Run quarterdeck import or quarterdeck demo.

problem-nothing = Nothing is loaded: there is nothing to report on.
problem-keys = { $rows } rows of { $table } have a key ({ $columns }) that is empty or stands there twice: sums would count them wrongly.
problem-orphans = { $rows } rows of { $table } ({ $share }; up to { $most } are tolerated) refer by { $column } to { $target } that are not there.
problem-wrong-order = In { $table }, { $column } in { $seen } rows.
problem-in-the-future = { $table }.{ $column } reaches into the future, to { $seen }.
problem-stale = The latest export of { $table } is of { $day }, { $days } days ago.
problem-unknown-values = { $dimension } in { $table } has { $count } values that company.toml does not list: { $values }.
check-page-title = Quality of the data
check-page-lead = What the loaded data can carry, and what is wrong with it.
check-page-wrong = What is wrong
check-page-none = No key is empty or doubled, no reference leads nowhere, no day is impossible.
check-page-holds-back = holds reports back
check-page-remark = remark
check-page-as-of = Checked on { $day }
check-column-table_name = Table
check-column-rows = Rows
check-column-first_on = First day
check-column-last_on = Last day
check-column-column_name = Column
check-column-refers_to = Refers to
check-column-rule = Rule
check-column-seen = Seen
check-column-exported_on = Exported on
check-column-days_old = Days old
check-column-dimension = Dimension
check-column-value = Value
check-column-file = File
check-column-action = What was done
check-column-filled = Filled
check-column-is_required = Required
check-column-chapter = Chapter
check-column-is_complete = Complete
check-column-missing = Missing
check-yes = yes
check-no = no

gate-remedy = Mend the cause, then run `{ $command }`.
gate-remedy-data = Correct the data (`{ $check }` lists what is wrong), then run `{ $command }`.
