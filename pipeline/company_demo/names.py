"""Invented names: companies in Chinese and English, people, none of them meant to exist."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.company_demo.rhythm import Days


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CITIES_ZH = _words(
    "沈阳 大连 长春 哈尔滨 北京 天津 石家庄 太原 西安 兰州 武汉 长沙 郑州 济南 青岛 烟台 上海 苏州 南京 "
    "杭州 宁波 合肥 广州 深圳 佛山 厦门 成都 重庆 昆明"
)
BRANDS_ZH = _words(
    "恒 瑞 宏 泰 远 博 华 盛 嘉 鼎 信 达 安 凯 永 兴 金 润 科 联 中 汇 天 立 新 德 优 创 凌 锐 "
    "卓 正 佳 启 航 腾 晟 源 丰 茂"
)
TRADES_ZH = (
    "机械 精工 装备",
    "电子 光电 半导体",
    "医药 生物 制药",
    "化工 材料 新材",
    "食品 粮油 乳业",
    "物流 供应链 货运",
    "能源 电力 环保",
    "教育 培训 文化",
    "商贸 百货 零售",
    "市政 水务 公共服务",
)
SUFFIXES_ZH = ("有限公司", "股份有限公司", "集团有限公司", "科技有限公司")
BRANDS_EN = _words(
    "Alder Amber Anchor Apex Arbor Aspen Atlas Beacon Birch Bright Cedar Cobalt Coral Crest Delta "
    "Eagle Ember Falcon Fern Frost Garnet Glen Granite Grove Harbor Hazel Heron Indigo Iron Ivory "
    "Jade Juniper Keystone Lark Laurel Linden Lotus Maple Meadow Mistral Nova Oak Onyx Opal Orchid "
    "Osprey Pearl Pine Quartz Raven Ridge River Rowan"
)
SECOND_EN = _words(
    "bridge field ford gate hill land line mark point port shore side stone ton view ville way wood "
    "works yard"
)
TRADES_EN = (
    "Machinery Equipment Tools",
    "Electronics Photonics Circuits",
    "Pharma Biotech Medical",
    "Chemicals Materials Coatings",
    "Foods Dairy Grains",
    "Logistics Freight Supply",
    "Energy Power Renewables",
    "Education Training Learning",
    "Retail Trading Stores",
    "Utilities Water Municipal",
)
SUFFIXES_EN = ("Co., Ltd.", "Inc.", "Group", "Holdings")
FAMILY = _words("王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧")
GIVEN = _words("伟 芳 娜 敏 静 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 桂 英 华 玉 萍 红 建 文 辉 力 婷 宁")
FAMILY_EN = _words(
    "Wang Li Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Hu Zhu Gao Lin He Guo Ma Luo Liang Song "
    "Zheng Xie Han Tang Feng Yu Dong Xiao"
)
GIVEN_EN = _words(
    "Amy Ben Carl Dora Eric Fay Grace Henry Iris Jack Karen Leo Mia Nick Olive Paul Queenie Ray Sue Tom"
)
SHARE_CHINESE = 0.65


def company_names(industry: Days, rng: np.random.Generator) -> pd.Series:
    """One distinct name per company, two thirds of them Chinese, that tells its trade."""
    chinese = rng.random(len(industry)) < SHARE_CHINESE
    names = np.where(chinese, _chinese(industry, rng), _english(industry, rng))
    return _distinct(pd.Series(names, dtype="str"), chinese)


def people_names(number: int, rng: np.random.Generator) -> pd.Series:
    """One name per person; two people may share one, as in life."""
    chinese = rng.random(number) < SHARE_CHINESE
    full = _join("", _any(FAMILY, number, rng), _any(GIVEN, number, rng), _any(("", *GIVEN), number, rng))
    english = _join(" ", _any(GIVEN_EN, number, rng), _any(FAMILY_EN, number, rng))
    return pd.Series(np.where(chinese, full, english), dtype="str")


def _chinese(industry: Days, rng: np.random.Generator) -> np.ndarray:
    number = len(industry)
    return _join(
        "",
        _any(CITIES_ZH, number, rng),
        _any(BRANDS_ZH, number, rng),
        _any(BRANDS_ZH, number, rng),
        _trade(TRADES_ZH, industry, rng),
        _any(SUFFIXES_ZH, number, rng),
    )


def _english(industry: Days, rng: np.random.Generator) -> np.ndarray:
    number = len(industry)
    brand = _join("", _any(BRANDS_EN, number, rng), _any(SECOND_EN, number, rng))
    return _join(" ", brand, _trade(TRADES_EN, industry, rng), _any(SUFFIXES_EN, number, rng))


def _trade(trades: tuple[str, ...], industry: Days, rng: np.random.Generator) -> np.ndarray:
    words = np.array([trade.split() for trade in trades], dtype=object)
    return words[industry, rng.integers(0, words.shape[1], len(industry))]


def _any(words: tuple[str, ...], number: int, rng: np.random.Generator) -> np.ndarray:
    return np.array(words, dtype=object)[rng.integers(0, len(words), number)]


def _join(separator: str, *parts: np.ndarray) -> np.ndarray:
    arrays = [pa.array(part, pa.string()) for part in parts]
    return np.asarray(pc.binary_join_element_wise(*arrays, separator).to_numpy(zero_copy_only=False))


def _distinct(names: pd.Series, chinese: np.ndarray) -> pd.Series:
    again = names.groupby(names).cumcount().to_numpy()
    repeated = np.flatnonzero(again)
    tails = [f"第{again[i] + 1}分公司" if chinese[i] else f" No. {again[i] + 1}" for i in repeated]
    distinct = names.to_numpy(dtype=object, copy=True)
    distinct[repeated] = [distinct[i] + tail for i, tail in zip(repeated, tails, strict=True)]
    return pd.Series(distinct, dtype="str")
