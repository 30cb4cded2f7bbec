# 导入数据的提示。变量：column（列）、action（处理方式）。

missing = { $column } 为空。该行未导入。
not-a-number = { $column } 不是数字。{ $action ->
    [row-refused] 该行未导入，请更正后重新导入。
   *[other] 该行已导入，此值留空。
}
ambiguous-number = { $column } 有两种读法：无法区分小数点与千分位，或两种写法并存。{ $action ->
    [row-refused] 该行未导入。
   *[other] 该行已导入，此值留空。
}请在映射文件中写明 decimal = "." 或 ","。
too-large = { $column } 大于任何真实金额。{ $action ->
    [row-refused] 该行未导入。
   *[other] 该行已导入，此值留空。
}请在来源系统更正。
other-currency = { $column } 的币种与公司币种不同。{ $action ->
    [row-refused] 该行未导入。
   *[other] 该行已导入，此值留空。
}请在导出时换算。
excel-error = { $column } 是电子表格的公式错误。{ $action ->
    [row-refused] 该行未导入。
   *[other] 该行已导入，此值留空。
}请修正公式。
not-whole = { $column } 不是整数。{ $action ->
    [row-refused] 该行未导入。
   *[other] 该行已导入，此值留空。
}
not-a-date = { $column } 不是日期。{ $action ->
    [row-refused] 该行未导入。日期请写作 2026-10-31。
   *[other] 该行已导入，此值留空。日期请写作 2026-10-31。
}
no-such-day = { $column } 不是真实存在的日期。{ $action ->
    [row-refused] 该行未导入。
   *[other] 该行已导入，此值留空。
}
ambiguous-date = { $column } 可指两个日期，文件中无法判断日与月的先后。{ $action ->
    [row-refused] 该行未导入。
   *[other] 该行已导入，此值留空。
}请在映射文件中写明 dates = "d/m/y" 或 "m/d/y"。
date-out-of-range = { $column } 早于 1900 年或晚于 2199 年。{ $action ->
    [row-refused] 该行未导入。
   *[other] 该行已导入，此值留空。
}
in-the-future = { $column } 晚于导出日，不可能已经发生。{ $action ->
    [row-refused] 该行未导入。
   *[other] 该行已导入，此值留空。
}请更正，或用 --exported-on 指明导出日。
too-far-ahead = { $column } 超出未来 30 年。{ $action ->
    [row-refused] 该行未导入。
   *[other] 该行已导入，此值留空。
}
too-long = { $column } 超过 2000 个字符，通常是缺少引号。{ $action ->
    [row-refused] 该行未导入。
   *[other] 该行已导入，此值留空。
}
damaged-id = { $column } 被电子表格截断（如 1.23E+12）。{ $action ->
    [row-refused] 该行未导入。
   *[other] 该行已导入，此值留空。
}请将该列设为文本后重新导出。
not-a-boolean = { $column } 既不是“是”也不是“否”。{ $action ->
    [row-refused] 该行未导入。
   *[other] 该行已导入，此值留空。
}
unknown-choice = { $column } 的值不在可选范围内。{ $action ->
    [row-refused] 该行未导入。请在映射文件的 values 中写明含义。
    [kept] 已按“其他”导入。请在映射文件的 values 中写明含义。
   *[other] 该行已导入，此值留空。请在映射文件的 values 中写明含义。
}
not-a-period = { $column } 不是月份、季度或年份。{ $action ->
    [row-refused] 该行未导入。请写作 2026-10、2026-Q4 或 2026。
   *[other] 该行已导入，此值留空。请写作 2026-10、2026-Q4 或 2026。
}
below-minimum = { $column } 低于可能的最小值。{ $action ->
    [row-refused] 该行未导入。
   *[other] 该行已导入，此值留空。
}
above-maximum = { $column } 高于可能的最大值。{ $action ->
    [row-refused] 该行未导入。
   *[other] 该行已导入，此值留空。
}
not-readable = 此次变更的值无法读取。变更已导入，此值留空。
unknown-stage = 销售阶段不在公司的阶段之中。该行已导入，阶段留空。请在映射文件 [opportunities.values.stage] 中写明含义。
unknown-outcome = 状态既不是进行中，也不是赢单、输单或无效。该行未导入。请在映射文件 [opportunities.values.outcome] 中写明含义。
closed-without-date = 商机已结束，但没有结束日期。该行未导入。请导出结束日期。
closing-day-unknown = 商机已结束，但没有结束日期。上次导出时仍在进行，故按本次导出日结束计。
created-unknown = 创建日期为空。该商机自导出日起计。
closed-before-created = 结束日期早于创建日期。该商机按结束日创建计。
due-before-issued = 到期日早于开票日。该行按原样导入。
delivered-before-shipped = 送达早于发运。该行按原样导入。
cancelled-before-ordered = 取消早于下单。该行按原样导入。
promised-before-ordered = 承诺交货日早于下单。该行按原样导入。
answered-before-opened = 答复早于提出。该行按原样导入。
closed-before-opened = 解决早于提出。该行按原样导入。
left-before-joined = 离职早于入职。该行按原样导入。
copy-of-row = 该行与前面一行完全相同，只导入一次。
duplicate-key = 前面已有相同的 { $column }，但内容不同。已导入第一行，本行未导入。
too-many-fields = 该行的字段多于表头，未导入。文本中的分隔符需加引号。
too-few-fields = 该行的字段少于表头，未导入。请重新导出。
not-signed = 状态表明这是草稿或报价。该行未导入。
is-cancelled = 状态表明已取消。该行未导入。
not-done-yet = 该活动尚在计划中，未发生。该行未导入。

import-done = 导入完成，导出日 { $day }（映射：{ $mapping }）。
import-dry-run = 试运行，未写入任何内容。导出日 { $day }（映射：{ $mapping }）。
import-nothing-new = 没有新内容：所有文件此前均已导入。
file-loaded = { $file }：{ $table } { $rows } 行。
file-loaded-partly = { $file }：{ $table } { $rows } 行；{ $refused } 行未导入，见隔离表。
file-unchanged = { $file }：此前已导入，没有变化。
file-refused = { $reason }
file-not-recognised = { $file }：未识别为任何表，已跳过。
matches-title = 列的对应关系：
unused-labels = 未使用：{ $labels }
faults-title = 需要查看：
fault-where = { $count } 处，首见于第 { $line } 行
faults-more = …… 另有 { $count } 类，全部见隔离表 quarantine。
notes-title = 说明：
encoding-guessed = 文件未标明编码，按 { $value } 读取。
lost-amounts-are-zero = 全部 { $value } 个输单的金额均为 0，并非真实金额，按无金额导入。
older-than-known = { $value } 个商机已有更晚的导出；本次较早的导出未改变它们。
references-resolved = { $column }：{ $count } 处引用按名称或写法对应。
orphans = { $column }：{ $count } 处引用在主数据中不存在（{ $values }）。

check-title = 数据质量，{ $day }
check-tables = 数据表
check-keys = 主键为空或重复：报表会出错
check-impossible-days = 不可能的日期
check-orphans = 引用不存在的对象
check-stale = 超过一个月的导出
check-unknown-values = company.toml 未列出的取值
check-refused = 导入时拒绝或更改的内容
check-completeness = 未完全填写的列
check-chapters = 各章节缺少的数据
check-more = …… 另有 { $count } 条，用 --json 查看全部。
check-nothing = 尚未导入数据。请运行 quarterdeck import 或 quarterdeck demo。

problem-nothing = 尚未导入任何数据，无从报告。
problem-keys = { $table } 有 { $rows } 行的主键（{ $columns }）为空或重复：合计会算错。
problem-orphans = { $table } 有 { $rows } 行（{ $share }，容许 { $most }）的 { $column } 指向 { $target } 中不存在的对象。
problem-wrong-order = { $table } 有 { $seen } 行 { $column }，先后颠倒。
problem-in-the-future = { $table }.{ $column } 晚于今天，至 { $seen }。
problem-stale = { $table } 最近一次导出在 { $day }，已过 { $days } 天。
problem-unknown-values = { $table } 的 { $dimension } 有 { $count } 个取值未列入 company.toml：{ $values }。
check-page-title = 数据质量
check-page-lead = 已导入的数据能支撑什么，又有哪些问题。
check-page-wrong = 存在的问题
check-page-none = 没有空缺或重复的主键，没有无效引用，没有不可能的日期。
check-page-holds-back = 暂缓发布
check-page-remark = 提示
check-page-as-of = 检查日期 { $day }
check-column-table_name = 数据表
check-column-rows = 行数
check-column-first_on = 最早日期
check-column-last_on = 最晚日期
check-column-column_name = 列
check-column-refers_to = 指向
check-column-rule = 规则
check-column-seen = 所见
check-column-exported_on = 导出日
check-column-days_old = 已过天数
check-column-dimension = 维度
check-column-value = 取值
check-column-file = 文件
check-column-action = 处理
check-column-filled = 已填
check-column-is_required = 必填
check-column-chapter = 章节
check-column-is_complete = 完整
check-column-missing = 缺少
check-yes = 是
check-no = 否

gate-remedy = 排除原因后运行 `{ $command }`。
gate-remedy-data = 先更正数据（`{ $check }` 列出问题），再运行 `{ $command }`。
