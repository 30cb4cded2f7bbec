### 业绩一章的文字。

performance-period = 期间
performance-metric = 指标类型
performance-metric-contracts = 合同
performance-metric-collections = 收款
performance-actual = 实际
performance-plan-to-date = 截至目前计划
performance-attainment-to-date = 截至目前达成率
performance-target = 指标
performance-attainment = 占全部指标
performance-last-year = 去年同期
performance-growth = 增长
performance-attainment-title = { $period }：合同达到截至目前计划的 { $share }
performance-by-plain = 各组合同；此层级未设指标
performance-by-title = 差额最大的是{ $value }：{ $gap }
performance-market = 市场
performance-business-line = 业务线
performance-product-line = 产品线
performance-department = 部门
performance-person = 人员
performance-gap-to-date = 截至目前差额
performance-signed = 已签
performance-landing = 预计达成
performance-gap = 差额
performance-probability = 达成概率
performance-landing-title = { $period } 预计达成 { $landing }，达成指标的概率为 { $probability }
performance-landing-subtitle = 已签 + 在手商机 + 尚未产生的商机；80%区间
performance-part = 组成
gap-part-repeat-sales = 非商机销售
gap-part-qualified-deals = 合格商机数
gap-part-win-rate = 赢单率
gap-part-average-amount = 平均金额
gap-part-share-in-time = 按期决出比例
gap-part-still-to-come = 尚无在手商机的后续销售
performance-bridge-plan-to-date = 截至目前计划
performance-bridge-actual-to-date = 实际
performance-bridge-plan-landing = 指标
performance-bridge-actual-landing = 预计达成
performance-bridge-title-to-date = { $side ->
    [short] { $period }：合同较截至目前计划落后 { $gap }
   *[over] { $period }：合同较截至目前计划超出 { $gap }
}
performance-bridge-title-landing = { $side ->
    [short] { $period } 预计较指标短缺 { $gap }
   *[over] { $period } 预计超出指标 { $gap }
}
performance-bridge-subtitle-to-date = 由计划到实际，精确分解；计划侧取去年同期比率及所需商机数
performance-bridge-subtitle-landing = 由指标到预计达成，精确分解；在手商机按预测的期望计入
performance-gaps-title-to-date = { $side ->
    [short] 落后截至目前计划最多的是{ $value }：{ $gap }
   *[over] 均未落后于截至目前计划
}
performance-gaps-title-landing = { $side ->
    [short] 预计较指标短缺最多的是{ $value }：{ $gap }
   *[over] 均预计完成指标
}
missing-gap-to-target = 与指标差额的分解
missing-gap-by-cut = 按该维度的差额
reason-landing-not-split = 预测未说明在手商机在预计达成中的部分。
performance-computed = 公式计算
performance-own-figure = 自定金额
performance-seasonal-share = 季节占比
performance-proposal-subtitle = { $own ->
    [0] 各格均按下方公式计算
   *[other] { $cells } 格中有 { $own } 格采用读者自定金额，其余补足总额
}
performance-gap-place-landing = { $place } 预计较指标 { $plan } 短缺 { $gap }。
performance-amount = 金额
performance-gaps-note = 正数扩大差额。每行各组成部分相加等于差额；各行按自身比率分解，故组成部分的列合计不等于整体的分解。
performance-cause = 原因
performance-cause-too-few-deals = 商机不足
performance-cause-slow-process = 过程太慢
performance-cause-falling-win-rate = 赢单率下降
performance-cause-shrinking-deals = 单子变小
performance-cause-repeat-sales = 老客户复购不足
performance-cause-people = 同一批人员持续落后
performance-cause-partners = 伙伴渠道
performance-cause-one-deal = 依赖单一大单
performance-remedy = 常用对策
performance-remedy-too-few-deals = 深化网格营销、专项活动、电话营销
performance-remedy-slow-process = 重排商机计划、辅导、管理者介入后段
performance-remedy-falling-win-rate = 辅导、调整人员、支持重点商机
performance-remedy-shrinking-deals = 扩大方案、守住价格、开拓大项目
performance-remedy-repeat-sales = 老客户二次销售，回访沉默客户
performance-remedy-people = 重新计划或辅导、调整人员
performance-remedy-partners = 逐个检视伙伴、联合活动
performance-remedy-one-deal = 高层保单，同时培育第二个
performance-verdict = 检验
performance-met-yes = 成立
performance-met-no = 不成立
performance-figure = 数值
performance-usual = 常态或界限
performance-money = 使至今差额扩大
performance-share-of-gap = 占至今差额
performance-causes-title = { $number ->
    [0] 没有原因通过检验
   *[other] 有 { $number } 个原因通过检验
}
performance-causes-note = 前五项相加等于年初至今的差额（截至目前计划 − 实际）；再加上“尚无在手商机的后续销售”，等于与指标的差额（指标 − 预计达成）；其余说明差额所在或潜在威胁，与之重叠。检验只看已发生的：年初至今。
performance-causes-subtitle = 按年初至今的差额检验；旁列与指标的差额
performance-money-to-target = 使与指标差额扩大
performance-share-to-target = 占与指标差额
performance-missing = 尚缺
performance-expected-open = 在手商机预期
performance-expected-repeat = 非商机预期
performance-still-needed = 需新商机带来
performance-needed-deals = 需新增合格商机数
performance-needed-by = 最迟出现
performance-weeks-left = 剩余周数
performance-required-title = { $short ->
    [0] 后续季度需新增 { $deals } 个合格商机，不超过往常
   *[other] 后续季度需新增 { $deals } 个合格商机，比往常多 { $short } 个
}
performance-required-none = 在手商机与往常销售已够后续季度所需，无须为其新增合格商机
performance-all = 全部
performance-required-by-title = { $units ->
    [0] 后续季度各单位均不需新增合格商机
   *[other] 有 { $units } 个单位后续季度需新增 { $deals } 个合格商机，比往常多 { $short } 个；其他单位的富余不计入
}
performance-by-none = 各组均未落后于截至目前计划
performance-metric-of-period = { $metric }，{ $period }
performance-expected-new = 往常带来
performance-short-deals = 比往常多
performance-required-note = 尚缺 = 指标 − 已签；在手商机与非商机销售按期望计入，其余须由尚未合格的商机带来；“往常带来”取以往各季度同一时点的平均。最迟出现：其中一半仍能在剩余期间中点之前签约的那一周。
performance-upper = 上级
performance-lower = 下级
performance-value = 对象
performance-upper-amount = 上级指标
performance-lower-amount = 下级合计
performance-difference = 差异
performance-breaches-title = { $number ->
    [0] 各级指标全部相符
   *[other] 有 { $number } 处指标不相符
}
performance-history-share = 历史占比
performance-potential-share = 潜力占比
performance-unit-share = 建议占比
performance-proposed = 建议指标
performance-proposal-title = { $period } 指标建议：{ $total }
performance-proposal-note = 建议 = 总额 ×（{ $history } × 历史占比 + { $potential } × 潜力占比）× 季节占比，取整后各格之和等于总额。历史为近十二个月，潜力为在手商机，季节为历年同月。如需填入自己的数字：在工作簿本表的“自定金额”一列填写，存入数据文件夹，并在参数 override 中写明文件名；其余各格自动补足总额。
performance-month = 月份
performance-season-title = 建议按常年季节分配
performance-fails = 未通过
performance-audit-title = { $number } 项指标中有 { $failing } 项未通过 SMART
performance-audit-subtitle = S 具体、M 可衡量、A 可实现（概率不低于 { $attainable }；预测给出了 { $number } 项中 { $judged } 项的概率）、R 与上级相符、T 有期限
missing-performance = 业绩达成
missing-gaps = 差额及其组成
missing-causes = 差额原因
missing-required = 仍需的合格商机
missing-target-checks = 指标相符检查
missing-target-audit = 指标 SMART 审核
headline-attainment-month-rate = 当月达成率
headline-attainment-quarter-rate = 季度至今达成率
headline-attainment-year-rate = 年初至今达成率
headline-target-breaches = 不相符的指标
performance-answer-short = { $period } 预计达成 { $landing }，指标 { $target }：差 { $gap }，达成概率 { $probability }。
performance-answer-reached = { $period } 预计达成 { $landing }，超出指标 { $target } 达 { $gap }，达成概率 { $probability }。
performance-answer-without-target = { $period } 预计达成 { $landing }；未设指标。
performance-finding-too-few-deals = 商机不足：在手合格商机 { $figure } 个，计划需 { $usual } 个；使至今差额扩大 { $money }。
performance-finding-slow-process = 过程太慢：按期决出的商机占 { $figure }，去年为 { $usual }；使至今差额扩大 { $money }。
performance-finding-falling-win-rate = 赢单率由去年的 { $usual } 降至 { $figure }；使至今差额扩大 { $money }。
performance-finding-shrinking-deals = 平均赢单金额由 { $usual } 降至 { $figure }；使至今差额扩大 { $money }。
performance-finding-repeat-sales = 非商机销售为 { $figure }，计划需 { $usual }；使至今差额扩大 { $money }。
performance-finding-people = 落后的总是同一批人：上半段落后最多的五分之一人员，在下半段缺口中占 { $figure }，按常理为 { $usual }；合计短缺 { $money }。
performance-finding-partners = 渠道伙伴占至今差额的 { $figure }，而只占计划的 { $usual }。
performance-finding-one-deal = 季度商机预期的 { $figure } 系于一个商机，预期 { $money }。
performance-gap-place = { $place } 较截至目前计划 { $plan } 落后 { $gap }。
performance-breaches = { $breaches ->
   *[other] { $breaches } 处
} 指标与上级不相符，最大差异 { $largest }。
performance-audit = { $targets } 项指标中 { $failing } 项未通过 SMART。
performance-required = 要完成 { $period } 指标，须在 { $deadline } 前比往常多出 { $deals } 个合格商机，带来 { $missing }。
performance-required-late = 即使新商机如往常一样多，{ $period } 仍短缺 { $missing }。按通常周期，另需的 { $deals } 个合格商机应于 { $deadline } 前出现：只能靠在手商机。
performance-action = { $place }：弥补差额 { $gap }，最大的组成部分是“{ $part }”。
performance-attainment-plain = { $period }：合同额{ $actual }；未下达指标
performance-landing-plain = { $period }预计达成约{ $landing }；未下达指标
missing-attainment-by-cut = 按此维度的合同
reason-nothing-assigned = 数据没有把任何合同归到该维度的某个值。
