### 所有图表与页面共用的文字；各章节另有自己的文件。

## 格式
format-points = { $points }个百分点
format-days = { $number ->
   *[other] { $days }天
}
format-week = { $day }当周
format-period-quarter = { $year }年第{ $number }季度
format-period-week = { $year }年第{ $number }周
format-period-year = { $year }年
format-interval = { $low }至{ $high }
format-with-interval = { $value }（{ $interval }）
format-list = { $first }和{ $last }
list-separator = { "；" }
label-not-given = 未指定
axis-with-unit = { $name }，{ $unit }
interval-low = （下限）
interval-high = （上限）

## 图表
exhibit-empty = 本期没有可展示的内容。
figure-data = 本图数据
figure-more = { $number ->
   *[other] 另有{ $number }项见下方数据表。
}
figure-more-between = 虚线以下为末尾各项；中间另有{ $number }项见下方数据表。
table-other = { $number ->
   *[other] 其他{ $number }项
}
table-total = 合计
table-rounding = 数字经四舍五入，各项之和与合计在末位上可能略有出入。
table-more-rows = { $number ->
   *[other] 另有{ $number }行见工作簿。
}
chart-forecast = 预测
chart-cases = 各组{ $name }，共{ $number }
alt-highest = 最高：{ $name }，{ $value }
alt-lowest = 最低：{ $name }，{ $value }
alt-sparkline = 由{ $first }到{ $last }
left-out = 未列出：{ $what }。{ $why }
left-out-tables = { $number ->
   *[other] 数据中“{ $tables }”没有记录。
}

## 结论
answer-none = 本期数据不足以给出结论。
findings-none = 本期没有偏离常态之处。
findings-none-finding = 本期没有偏离常态之处。
findings-none-change = 与上月相比没有值得报告的变化。
findings-none-risk = 各章均未提示风险。
findings-none-action = 各章均未提出行动建议。
findings-title = 主要发现
findings-answer = 结论
findings-finding = 主要发现
findings-change = 变化
findings-risk = 风险
findings-action = 行动
findings-more = { $number ->
   *[other] 另有{ $number }条
}
findings-column-kind = 类别
findings-column-sentence = 内容
findings-column-stake = 涉及金额
findings-column-owner = 负责人
findings-column-due = 期限
finding-stake = 涉及金额：{ $amount }
finding-likelihood = 可能性：{ $share }
finding-owner = 负责人：
finding-due = 期限：
finding-evidence = 查看依据

## 关键数字
headlines-title = 关键数字
headline-change = 较{ $since }{ $change }
headline-column-name = 代码
headline-column-label = 含义
headline-column-value = 数值
headline-column-low = 下限
headline-column-high = 上限
headline-column-unit = 单位
headline-wins = 赢单数
headline-losses = 输单数
headline-win-rate = 赢单率（按数量）
headline-win-rate-by-amount = 赢单率（按金额）
headline-contracts-cny = 合同额
headline-collections-cny = 收款额
headline-contracts-cny-year-to-date = 本年累计合同额
headline-collections-cny-year-to-date = 本年累计收款额
headline-active-customers = 活跃客户
headline-customers = 客户数
headline-new-customers = 新客户
headline-forecast-next-month = 下月预测
headline-landing-month = 本月预计达成
headline-landing-quarter = 本季预计达成
headline-landing-year = 全年预计达成
headline-probability-of-target-month = 完成本月指标的概率
headline-probability-of-target-quarter = 完成本季指标的概率
headline-probability-of-target-year = 完成全年指标的概率
headline-target-month = 本月指标
headline-target-quarter = 本季指标
headline-target-year = 全年指标
headline-gap-month = 本月差额
headline-gap-quarter = 本季差额
headline-gap-year = 全年差额
headline-open-deals = 在手商机
headline-open-pipeline-cny = 在手商机金额

## 范围
scope-company = 全公司
scope-market = { $name }市场
scope-department = { $name }
scope-person = { $name }
scope-business-line = { $name }业务线
scope-product-line = { $name }产品线

## 数据来源
provenance-title = 数据来源
provenance-name = 项目
provenance-value = 内容
provenance-as-of = 数据截至
provenance-period = 期间
provenance-scope = 范围
provenance-fingerprint = 数据指纹
provenance-tables = 使用的记录数
provenance-absent = 没有记录的表

## 页面
page-as-of = 数据截至{ $date }
page-status-published = 已发布
page-status-held-back = 暂缓发布
page-contents = 目录
page-skip = 跳到正文
page-answer = 要点
page-left-out = 本报告未包含的内容
page-left-out-why = 以下内容所需的数据在本公司的表中暂缺，数据补齐后会自动出现。
page-stray = 其他输出
page-provenance = 本报告的生成方式
page-period = 期间
page-scope = 范围
page-run = 运行
page-rebuild = 重新生成
page-fingerprint = 数据指纹
page-versions = 版本
page-rows = 使用的记录数
page-notebook = 笔记本
page-previous = 上一期
page-since-new = 变化相对于{ $since }的报告；数字的变动全部来自新数据。
page-since-also = 变化相对于{ $since }的报告。除新数据外，{ $causes }也影响了数字；“{ $command }”给出各自的部分。
page-since-split = 变化相对于{ $since }的报告，来自新数据以及{ $causes }；各自的部分见下表。
split-title = 是什么推动了关键数字
split-figure = 关键数字
split-now = 本期报告
split-by-new-data = 新数据
split-by-corrected-data = 数据更正
split-by-definition = 定义改变
split-by-code = 程序改变
page-since-corrected = 对以往数据的更正
page-since-definition = 定义的改变
page-since-code = 程序的改变
page-workbook = 全部表格（工作簿）
page-other-reports = 本期其他报告
page-index = 全部报告
page-static = 本页不含脚本，也不从外部加载任何内容，可以直接保存、发送和打印。
page-font-licence = 页面嵌入了 Noto Sans 字体的部分字符，依 SIL 开放字体许可证 1.1 使用。
page-money-note = 金额单位以{ $currency }计；区间旁注明其包含真实值的概率。
mail-open = 打开完整报告
workbook-provenance = 数据来源
workbook-fact = 项目
workbook-value = 内容
workbook-contents = 目录
workbook-sheet = 工作表
workbook-shows = 内容
workbook-rows = 行数
incident-title = 本报告暂缓发布
incident-lead = 最近一次运行未通过检查，因此没有发布；上一份有效报告保持不变。
incident-what = 发生了什么
incident-cell = 出错的单元格
incident-error = 错误信息
incident-checks = 未通过的数据检查
incident-do = 如何处理
incident-last-good = 打开上一份有效报告
index-title = 销售分析报告
index-latest = 最新
index-earlier = 往期
index-period = 期间
index-scope = 范围
index-status = 状态
index-published = 发布时间
index-changes = 变化
index-reports = 报告
index-none = 尚未发布任何报告。
