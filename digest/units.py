"""Units of measure as papers and their summaries write them: the word, what it measures, how many of the base unit.

English and Chinese words of one unit lead to the same (dimension, factor), so that `41 hours` and `41 小时` are equal.
"""

from __future__ import annotations

PLAIN, RATIO, TIMES, ORDERS = "", "ratio", "times", "orders"

_TABLE: dict[str, dict[float, str]] = {
    "time": {
        1e-12: "ps 皮秒", 1e-9: "ns nanosecond 纳秒",
        1e-6: "us µs μs microsecond 微秒", 1e-3: "ms msec millisecond 毫秒",
        1: "s sec second 秒 秒钟", 60: "min minute 分钟", 3600: "h hr hour 小时 个小时 钟头 个钟头",
        86400: "day 天", 604800: "week 周 星期 个星期", 2629800: "month 个月", 31557600: "yr year 年",
        315576000: "decade", 3155760000: "century",
        31557600e3: "kyr", 31557600e6: "Myr", 31557600e9: "Gyr",
    },
    "frequency": {1: "Hz hertz 赫兹 赫", 1e3: "kHz KHz kilohertz 千赫 千赫兹", 1e6: "MHz megahertz 兆赫 兆赫兹",
                  1e9: "GHz gigahertz 吉赫 吉赫兹", 1e12: "THz terahertz 太赫兹"},
    "bytes": {1: "byte 字节", 1e3: "KB kB kilobyte KiB", 1e6: "MB megabyte MiB 兆字节", 1e9: "GB gigabyte GiB 吉字节",
              1e12: "TB terabyte TiB 太字节", 1e15: "PB petabyte"},
    "bits a second": {1: "bps bit/s 比特/秒 比特每秒", 1e3: "kbps Kbps kbit/s kb/s", 1e6: "Mbps Mbit/s Mb/s 兆比特每秒",
                      1e9: "Gbps Gbit/s Gb/s", 1e12: "Tbps"},
    "bits": {1: "bit 比特"},
    "length": {1e-10: "Å angstrom 埃", 1e-9: "nm nanometer nanometre 纳米", 1e-6: "um µm μm micron micrometer 微米",
               1e-3: "mm millimeter millimetre 毫米", 1e-2: "cm centimeter centimetre 厘米 公分",
               1: "m meter metre 米", 1e3: "km kilometer kilometre 公里 千米", 3.0857e16: "pc parsec 秒差距",
               3.0857e19: "kpc 千秒差距", 3.0857e22: "Mpc 兆秒差距", 3.0857e25: "Gpc"},
    "mass": {1e-3: "mg milligram 毫克", 1: "g gram 克", 1e3: "kg kilogram 千克 公斤", 1e6: "tonne 吨"},
    "energy": {1e-3: "meV 毫电子伏", 1: "eV 电子伏 电子伏特", 1e3: "keV 千电子伏", 1e6: "MeV 兆电子伏",
               1e9: "GeV 吉电子伏", 1e12: "TeV 太电子伏"},
    "work": {1e-15: "fJ", 1e-12: "pJ", 1e-9: "nJ 纳焦", 1e-6: "uJ µJ μJ 微焦", 1e-3: "mJ 毫焦",
             1: "J joule 焦耳 焦", 1e3: "kJ 千焦", 3.6e3: "Wh 瓦时", 3.6e6: "kWh 千瓦时", 3.6e9: "MWh 兆瓦时"},
    "power": {1e-9: "nW", 1e-6: "uW µW μW 微瓦", 1e-3: "mW milliwatt 毫瓦", 1: "W watt 瓦 瓦特",
              1e3: "kW kilowatt 千瓦", 1e6: "MW megawatt 兆瓦", 1e9: "GW 吉瓦"},
    "level": {1: "dB decibel 分贝"},
    "power level": {1: "dBm"},
    "temperature": {1e-3: "mK 毫开", 1: "kelvin 开尔文"},
    "celsius": {1: "°C ℃ 摄氏度"},
    "voltage": {1e-3: "mV 毫伏", 1: "V volt 伏 伏特", 1e3: "kV 千伏"},
    "angle": {1: "° deg degree 度", 57.29578: "rad radian 弧度"},
    "field": {1: "tesla 特斯拉"},
    "frames a second": {1: "fps FPS 帧每秒 帧/秒 frames/s frame/s"},
    "dollars": {1: "dollar USD 美元"}, "euros": {1: "euro EUR 欧元"}, "pounds": {1: "GBP 英镑"},
    "yuan": {1: "yuan RMB CNY 元人民币"},
    "flux": {1e-9: "nJy", 1e-6: "uJy µJy μJy 微央斯基", 1e-3: "mJy 毫央斯基", 1: "Jy jansky 央斯基"},
    "pressure": {1: "Pa pascal 帕 帕斯卡", 1e3: "kPa 千帕", 1e6: "MPa 兆帕", 1e9: "GPa 吉帕",
                 133.322: "mmHg 毫米汞柱"},
    "amount": {1e-9: "nmol 纳摩尔", 1e-6: "µmol μmol 微摩尔", 1e-3: "mmol 毫摩尔", 1: "mol 摩尔"},
    "current": {1e-9: "nA", 1e-6: "µA μA 微安", 1e-3: "mA 毫安", 1: "ampere 安培"},
    "small angle": {1e-3: "mas 毫角秒", 1: "arcsec arcsecond 角秒", 60: "arcmin arcminute 角分"},
    RATIO: {1e-2: "% percent pct 个百分点 百分点 pp pts points point 个点", 1e-3: "‰ 千分点"},
    TIMES: {1: "× fold times 倍"},
    ORDERS: {1: "个数量级 数量级 order-of-magnitude"},
}  # fmt: skip

UNITS = {word: (kind, factor) for kind, by in _TABLE.items() for factor, words in by.items() for word in words.split()}
POINTS = frozenset(
    ["个百分点", "百分点", "pp", "pts", "points", "point", "个点"]
)  # of a hundred, or of whatever is measured
MEASURED = frozenset(_TABLE) - {RATIO, TIMES, ORDERS}  # kinds with units that convert into one another

SUFFIXES = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "G": 1e9, "T": 1e12, "mn": 1e6, "bn": 1e9}
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
          "百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9, "百亿": 1e10, "千亿": 1e11,
          "万亿": 1e12, "十万": 1e5}  # fmt: skip

_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen""".split()  # noqa: SIM905
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
WORDS: dict[str, float] = {word: value for value, word in enumerate(_ONES)}
WORDS |= {word: 10 * value for value, word in enumerate(_TENS, 2)} | {"dozen": 12, "a dozen": 12}

_ORDINALS = """zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth""".split()  # noqa: SIM905
MONTHS = ("january february march april may june july august september october november december").split()  # noqa: SIM905
# What a text says of a number without writing it: any of these is the number, as a count, a part and a multiple.
HINTS: dict[str, tuple[tuple[float, str], ...]] = {
    **{word: ((value, PLAIN),) for value, word in enumerate(_ORDINALS)},
    **{word: ((value, PLAIN),) for value, word in enumerate(MONTHS, 1) if word not in {"may", "march"}},
    **dict.fromkeys(("half", "halve", "halves", "halved", "halving"), ((0.5, RATIO), (2, TIMES), (2, PLAIN))),
    **dict.fromkeys(("twice", "double", "doubles", "doubled", "doubling", "twofold", "two-fold"),
                    ((2, TIMES), (1, TIMES), (1, RATIO), (2, PLAIN))),
    **dict.fromkeys(("triple", "triples", "tripled", "tripling", "thrice", "threefold"), ((3, TIMES), (3, PLAIN))),
    **dict.fromkeys(("quadruple", "quadruples", "quadrupled", "fourfold"), ((4, TIMES), (4, PLAIN))),
    "tenfold": ((10, TIMES),), "quintuple": ((5, TIMES), (5, PLAIN)), "fivefold": ((5, TIMES),),
    "sixfold": ((6, TIMES),), "sevenfold": ((7, TIMES),), "eightfold": ((8, TIMES),),
    **dict.fromkeys(("third", "thirds"), ((1 / 3, RATIO), (3, PLAIN))),
    **dict.fromkeys(("quarter", "quarters"), ((0.25, RATIO), (4, PLAIN))),
    **dict.fromkeys(("pair", "pairs", "paired", "both", "dual", "binary", "bi", "two-stage", "couple"), ((2, PLAIN),)),
    **dict.fromkeys(("trio", "tri", "ternary", "triplet", "triplets", "triad"), ((3, PLAIN),)),
    **dict.fromkeys(("daily", "weekly", "hourly", "yearly", "annual", "monthly"), ((1, PLAIN),)),
    **dict.fromkeys(("decade", "decades"), ((10, "decades"), (315_576_000, "time"))),
    "order-of-magnitude": ((1, ORDERS), (10, TIMES)),
    "century": ((100, PLAIN), (3_155_760_000, "time")),
    **{word + end: ((10.0**power, PLAIN),)
       for end in ("s", "-scale", "-level", "-parameter", "-token", "-sample", "-user")
       for word, power in (("thousand", 3), ("million", 6), ("billion", 9), ("trillion", 12))},
}  # fmt: skip
PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4,
         "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "seventh": 7, "sevenths": 7, "eighth": 8, "eighths": 8,
         "ninth": 9, "tenth": 10, "tenths": 10, "twelfth": 12, "twelfths": 12, "sixteenth": 16,
         "twentieth": 20, "hundredth": 100}  # fmt: skip
DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
