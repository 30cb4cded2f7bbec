### 总经理页。

horizon-month = 当前月
horizon-quarter = 当前季度
horizon-year = 当前年度

executive-period = 期间
executive-month = 月份
executive-target = 指标
executive-landing = 预计达成
executive-gap = 差额
executive-gap-hint = 指标减预计达成
executive-probability = 完成指标的概率
executive-forecast = 上月末的预测
executive-actual = 实际签约
executive-error = 误差
executive-error-hint = 占实际签约；大于零为预测偏高
executive-naive-error = “同比上年同月”的误差
executive-by-market = 市场
executive-by-business-line = 业务线

executive-standing-title = { $horizon ->
    [year] 预计全年达成{ $landing }，为指标的{ $share }；完成指标的概率为{ $probability }。
    [quarter] 预计本季度达成{ $landing }，为指标的{ $share }；完成指标的概率为{ $probability }。
   *[month] 预计当月达成{ $landing }，为指标的{ $share }；完成指标的概率为{ $probability }。
}
executive-standing-no-target = 预计全年达成{ $landing }；未下达指标。
executive-standing-subtitle = 已签合同，加上本期内仍可预期的部分
executive-gap-title = { $unit }离全年指标最远，差{ $gap }。
executive-no-gap-title = 各单位预计均可完成全年指标。
executive-gap-subtitle = 全年合同预计达成减指标；线左为落后
executive-ahead = 预计达成减指标
executive-last-forecast-title = { $within ->
    [yes] 上月末对本月的预测偏{ $direction ->
        [over] 高
       *[under] 低
    }{ $error }，仍在预测区间之内。
    [unknown] 上月末对本月的预测偏{ $direction ->
        [over] 高
       *[under] 低
    }{ $error }；当时记录尚短，未给出区间。
   *[no] 上月末对本月的预测偏{ $direction ->
        [over] 高
       *[under] 低
    }{ $error }，落在预测区间之外。
}
executive-last-forecast-subtitle = 本月合同：上月末的预测与实际签约

missing-gap-by-unit = 与指标的差额
missing-last-forecast = 上月预测的准确度
reason-no-earlier-forecast = 一个月前的历史还太短，无法预测。
missing-causes-of-gap = 差额的原因
executive-causes-subtitle = 按本年至今检验了 { $tested } 项原因；业绩一章列出全部
executive-no-cause = 总体来看，没有一项明显超出偶然波动。

executive-risk-year = { $period }年指标完不成的可能性更大：按预期尚差{ $gap }。
executive-risk-market = { $market }完不成{ $period }年指标的可能性更大：按预期尚差{ $gap }。
