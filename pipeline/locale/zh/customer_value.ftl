### 客户价值。

## Labels
cv-customer = 客户
cv-customers = 客户数
cv-market = 市场
cv-segment = 聚类
cv-segments = 聚类数
cv-phase = 生命周期
cv-alive = 仍活跃的概率
cv-value-12 = 未来12个月预期毛利
cv-lifetime = 生命周期价值
cv-treatment = 经营方式
cv-recency = 最近购买（5 为最近）
cv-recency-1 = 最久远
cv-recency-5 = 最近
cv-frequency = 购买频率（5 为最频繁）
cv-frequency-1 = 最少
cv-frequency-5 = 最频繁
cv-amount-12 = 近12个月金额
cv-share-of-customers = 客户占比
cv-share-of-amount = 金额占比
cv-quiet = 沉默时间
cv-in-days = 天
cv-rhythm = 通常间隔
cv-usual-value = 常年毛利
cv-stake = 面临流失的价值
cv-value-level = 价值
cv-potential-level = 潜力
cv-potential = 未开发潜力
cv-traded = 交易客户
cv-not-traded = 无交易客户
cv-kind-of-customer = 类别
cv-grade-manual = 人工等级
cv-grade-computed = 计算等级
cv-grade-reason = 理由
cv-wallet = 年采购总额
cv-change = 较上月
cv-median-quiet = 沉默时间中位数
cv-orders-12 = 年均订单数
cv-median-purchase = 单次采购中位数
cv-from = 上月
cv-to = 本月
cv-yes = 是
cv-no = 否
cv-prediction-strength = 预测强度
cv-bootstrap-rand = 自助法一致性
cv-stable = 稳定
cv-chosen = 选用
cv-line = 产品线
cv-sale-kind = 销售类型
cv-expected-value = 预期毛利
cv-chance = 12个月内购买概率
cv-amount-if = 成交金额
cv-open-customers = 当时未购买该线的客户
cv-expected-buyers = 预计购买客户
cv-actual-buyers = 实际购买客户
cv-lift = 前五分之一的提升度
cv-cohort = 首次采购季度
cv-quarters-since = 之后第几个季度
cv-share-buying = 采购占比
cv-origin = 预测日期
cv-method = 方法
cv-expected-purchases = 预计采购次数
cv-naive-purchases = 与前13周相同
cv-naive-bias = “与此前相同”的偏差
cv-actual-purchases = 实际采购次数
cv-bias = 总量偏差
cv-median-bias = 总量偏差（绝对值中位数）
cv-error = 每客户误差
cv-rank = 排序相关
cv-capture = 前十分之一客户占采购
cv-windows = 检验窗口
cv-way = 总量估计方式
cv-weight = 权重
cv-log-error = 典型误差
cv-parameter = 模型与参数
cv-estimate = 估计值

## Closed vocabularies
phase-prospect = 潜在
phase-new = 新客户
phase-growing = 成长
phase-mature = 成熟
phase-declining = 衰退
phase-lost = 流失
phase-reactivated = 复活
treatment-grow = 发展
treatment-keep = 保持
treatment-harvest = 收获
treatment-nurture = 培育
treatment-let-go = 放弃
level-high = 高
level-medium = 中
level-low = 低
grade-reason-top-value = 属于贡献70%预期毛利的客户
grade-reason-top-amount = 属于贡献70%金额的客户
grade-reason-other-value = 有交易，贡献较小
grade-reason-qualified-deal = 有已立项商机且采购总额大
grade-reason-open-deal = 有在手商机
grade-reason-contact = 26周内有接触
grade-reason-nothing = 无商机、无接触
cv-sale-kind-again = 已购产品线
cv-sale-kind-new = 新产品线
cv-method-forecast = 本预测
cv-method-same-as-last = 与前13周相同
cv-way-model = 重复购买模型
cv-way-model-times-last-year = 模型 × 去年同期修正
cv-way-model-times-recent = 模型 × 最近窗口修正
cv-way-last-year = 去年同期 × 增长
segment-frequent-low = 频繁·低额
segment-frequent-medium = 频繁·中额
segment-frequent-high = 频繁·高额
segment-frequent-very-high = 频繁·特高额
segment-regular-low = 规律·低额
segment-regular-medium = 规律·中额
segment-regular-high = 规律·高额
segment-regular-very-high = 规律·特高额
segment-occasional-low = 偶尔·低额
segment-occasional-medium = 偶尔·中额
segment-occasional-high = 偶尔·高额
segment-occasional-very-high = 偶尔·特高额
segment-rare-low = 稀少·低额
segment-rare-medium = 稀少·中额
segment-rare-high = 稀少·高额
segment-rare-very-high = 稀少·特高额
segment-quiet = 沉寂一年
segment-long-quiet = 沉寂多年

## Titles
cv-value-title = { $customer }预计贡献最多：12个月毛利{ $value }。
cv-value-title-empty = 尚无客户采购。
cv-value-subtitle = 按未来12个月预期毛利排列的交易客户，附80%区间；工作簿中有更多客户
cv-rfm-title = 最近且频繁购买的客户贡献大部分金额
cv-rfm-subtitle = 近12个月金额（{ $unit }），按交易客户五分位；行：最近购买，列：购买频率
cv-pareto-title = { $all }家采购客户中有{ $customers }家贡献80%的金额。
cv-pareto-subtitle = 客户由大到小，近12个月金额；基尼系数{ $gini }，相当于{ $equal }家等额客户
cv-phases-title = { $declining }家客户在衰退，{ $lost }家已流失。
cv-phases-subtitle = 阶段相对于每个客户自己的采购节奏
cv-at-risk-title = { $customers }家客户可能正在流失。
cv-at-risk-subtitle = 有自身节奏的衰退客户；面临流失 = 常年毛利 × 已流失概率
cv-matrix-title = { $grow }家客户既有价值又有增长空间。
cv-matrix-subtitle = 高价值：预期毛利的前70%；中：至90%。高潜力：高于中位数
cv-matrix-outgrown = 其中{ $number }家客户近12个月在我方的采购已超过所记录的年采购总额：以其实际采购额代替。请更新这些记录。
cv-matrix-note = { $which ->
    [all] 所有客户都记录了年采购总额。
    [none] 没有客户记录年采购总额：以同行业前五分之一客户代替，因此最大的客户看似没有空间。
   *[other] { $all }家客户中有{ $known }家记录了年采购总额；其余以同行业前五分之一客户代替。
}
cv-margin-note = { $measured ->
    [yes] 毛利按单位成本计算（覆盖金额的{ $covered }）：全公司{ $rate }，随客户采购的产品而异。
   *[no] 没有单位成本，毛利率按设置假定为{ $rate }。
}
cv-grades-title = 计算等级与人工等级对照
cv-grades-subtitle = 交易客户：A 或 B；无交易客户：A、B 或 C
cv-grade-differences-title = { $customers ->
    [0] 数据与所有人工等级一致。
   *[other] { $customers }家客户的数据建议不同的等级。
}
cv-grade-differences-subtitle = 价值高者在前；人工等级在人为更改之前保持不变
cv-segments-title = “{ $segment }”：占客户{ $customers }，占金额{ $amount }。
cv-segments-title-empty = 尚无客户归入聚类。
cv-segments-subtitle = 已采购客户的聚类，按预期毛利排列；12个月金额
cv-moves-title = 较上月有{ $customers }家客户更换聚类。
cv-moves-subtitle = 过去一年每月有{ $share }的客户移动，{ $bounced }随即返回；尺度固定于{ $since }
cv-counts-title = { $stable ->
    [yes] { $clusters }个聚类稳定，予以选用。
   *[no] 没有哪个聚类数同时通过两项检验，故取最少的{ $clusters }个；聚类边界仅供参考。
}
cv-counts-subtitle = 稳定：预测强度不低于0.8且自助法一致性不低于0.9；在尺度固定时测得
cv-repeat-lines-title = 二次销售的预期，按产品线
cv-repeat-lines-subtitle = 现有客户未来12个月的预期毛利
cv-repeat-title = { $proposals }条客户尚未购买的产品线建议
cv-repeat-subtitle = 概率 × 首年金额 × 毛利率，高者在前
cv-repeat-check-title = { $buyers ->
    [0] 前一窗口学得的概率与实际结果
   *[other] 排在前五分之一的客户中有{ $buyers }家购买了新产品线；随机抽取则为{ $lot }家。
}
cv-repeat-check-subtitle = 前一窗口学得的概率与实际结果；提升度为1表示不优于随机
cv-retention-title = 每季度新客户中仍在采购的比例
cv-retention-subtitle = 行：首次采购季度；列：之后第几个季度；仅整季度
cv-track-title = 当时会做出的13周预测与实际结果
cv-track-subtitle = 全公司；预测当日已知客户的采购
cv-track-summary-title = 过去{ $windows }个窗口中总量偏差中位数{ $bias }；“与上期相同”为{ $naive }。
cv-track-summary-subtitle = 全公司，未来13周；误差与排序按客户
cv-ways-title = 预计采购次数的由来
cv-ways-subtitle = 全公司，未来12个月；权重取决于各方式在过去窗口的表现；没有过去窗口时采用假定误差
cv-parameters-title = 拟合模型的参数
cv-parameters-subtitle = 最大似然，95%区间；时间以周计，金额以公司币种计

## Left out
missing-customer-value = 每个客户的预期价值
missing-customer-track = 预测的历史表现
missing-segments = 客户聚类
missing-purchases = 客户采购
missing-concentration = 金额集中度
missing-repeat-sales = 新产品线建议
missing-grade-differences = 计算等级与人工等级的差异
customer-value-no-manual-grades = 没有客户设有人工等级。
customer-value-no-lines = 数据中的产品不属于任何产品线，或同属一条。
customer-value-proposals-untested = 历史太短，无法检验建议能否找到买家。
customer-value-proposals-no-better = 以前一窗口检验，建议找到的买家不多于随机抽取。
customer-value-history-too-short = 历史太短，无法预测：{ $months }个月，至少需要{ $needed }个月。
customer-value-too-few-repeats = 重复采购的客户太少。
customer-value-too-few-customers = 采购时间足够长的客户太少。

## Headlines
headline-prospects = 潜在客户
headline-lost-customers = 流失客户
headline-declining-customers = 衰退客户
headline-share-of-amount-top-tenth = 前十分之一客户占比
headline-value-12-months-cny = 未来12个月预期毛利
headline-lifetime-value-cny = 生命周期价值
headline-value-at-stake-cny = 面临流失的价值

## Findings
customer-value-answer = 已采购客户未来12个月预计贡献毛利{ $value }；可能流失的客户每年涉及{ $stake }（共{ $customers }家采购过，近12个月{ $active }家）。
customer-value-may-leave = { $customer }已沉默{ $quiet }，通常间隔{ $rhythm }：仍活跃概率{ $alive }，每年涉及毛利{ $stake }。
customer-value-may-leave-do = 在错过下一次惯常采购之前致电，了解变化。
customer-value-moved = 较上月有{ $all }家客户更换聚类；其中最多的{ $customers }家由“{ $source }”转为“{ $target }”。
customer-value-concentrated = 采购客户中最大的十分之一贡献{ $share }的金额，{ $customers }家贡献80%；最大的{ $largest }占{ $largest_share }。
customer-value-grades = { $customers }家低于A级的交易客户属于贡献70%预期毛利者，合计{ $value }；首位是{ $customer }（{ $grade }级）。
customer-value-grades-do = 确认或调整等级，以及由谁跟进。
customer-value-next-line = 客户尚未购买的产品线中“{ $line }”最有希望：预期毛利{ $value }；首先是{ $customer }，概率{ $probability }。
customer-value-grow = { $customers }家客户既有价值又有增长空间：预期毛利{ $value }，每年仍有{ $potential }在别处采购。
customer-value-trust = 过去{ $windows }个13周窗口中，总量偏差中位数{ $bias }（“与上期相同”为{ $naive }），每客户误差小{ $error }。
