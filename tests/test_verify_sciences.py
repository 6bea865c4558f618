"""What other sciences write: powers of ten, uncertainties, units of physics, commands of TeX, glosses, money."""

from __future__ import annotations

import pytest

from digest import verify

FILLER = "。这是一段虚构的中文说明，用来补足长度。"

RIGHT = {
    "power of ten": ("The error is about $10^{-6}$.", "误差约为 10⁻⁶"),
    "power in words": ("haloes above $10^{11.4} M_\\odot$", "质量高于 10 的 11.4 次方".replace(" ", "")),
    "lost typesetting": ("data sets on the order of 105 hours", "可达 10^5 小时的数据集"),
    "uncertainty": ("$M = 0.533^{+0.061}_{-0.054} \\times 10^{12}$", "质量为 0.533×10^12"),
    "uncertainty below first": ("an age of $1.5^{+0.2}_{-0.1}$ kpc", "距离 1.5 kpc"),
    "brackets": ("a mass of $(1.60\\pm0.16)\\times10^7$ kg", "质量为 1.60×10^7 kg"),
    "no brackets": ("a mass of $(1.60\\pm0.16)\\times10^7$ kg", "质量为 1.60±0.16×10^7 kg"),
    "unit to a power": ("densities of $n \\sim 500$ cm$^{-3}$", "密度约 500 cm-3"),
    "logarithm": ("an $O(\\log^4 n)$-competitive algorithm", "达到 O(log⁴n) 竞争比"),
    "pressure": ("at a pressure of 3 GPa", "压力为 3000 MPa，即 3 吉帕"),
    "flux": ("a flux of 20 $\\mu$Jy", "流量为 20 微央斯基"),
    "angle": ("a resolution of 0.5 arcsec", "分辨率为 0.5 角秒"),
    "seconds of arc": ("at 1.$''$6 and at $0\\farcs5$, or 2″", "分辨率为 1.6 角秒、0.5 角秒与 2 角秒"),
    "micron": ("dropouts at 1.5\\micron", "在 1.5 微米处消失"),
    "degrees": ("heated to 300 degrees Celsius", "加热至 300 ℃"),
    "dollars": ("a cost of \\$5 million", "耗资 500 万美元"),
    "pounds": ("a price of £20", "售价 20 英镑"),
    "command": ("We introduce \\quietbench, a suite of tests.", "提出 QuietBench 评测"),
    "digit in initials": ("3D Gaussian Splatting renders fast.", "3DGS 渲染很快"),
    "word left out": ("the Galaxy evolution Explorer", "来自 GALEX 的观测"),
    "accents": ("FID falls by 5%.", "FID（Fréchet Inception Distance）降低 5%"),
    "index": ("$\\Delta R_{adj}^{2} = 0.359$", "ΔR²adj 为 0.359"),
    "gloss": ("surveys of buildings", "用于建筑、工程与施工（AEC）行业"),
    "joint count": ("We compare eight generic and five personal methods.", "比较了 13 种方法"),
    "a dozen": ("More than a dozen data sets are used.", "使用了十余个数据集"),
    "two-point": ("Gaussian states", "高斯态由 two-point 关联确定"),
    "scale": ("trained on billion-scale data", "在十亿级数据上训练"),
    "article": ("It takes less than a millisecond.", "耗时小于 1 毫秒"),
    "percentile": ("the 95th percentile of the delay", "延迟的 95百分位数"),
    "billions of years": ("over 13.5 Gyr", "在 135 亿年间"),
    "flat power": ("a rate of $(1.8\\pm0.5)\\times10^{-6}$", "速率为 (1.8±0.5)×10−6"),
    "shared unit": ("for 10, 20, and 30 min forecasts", "提前 10 分钟与 20 分钟"),
    "glued words": ("14 Invention MM82turbines are used.", "采用 14 台 Invention MM82 机组"),
    "ångström": ("a width of $\\approx 1 \\r{A}$", "宽度约 1Å"),
    "decade": ("over the past decade, and three years more", "在过去十年中，以及三年"),
    "eponym": ("a fractional equation on a bounded domain", "分析分数阶 Laplacian 算子"),
    "spelt power": ("an equal-mass $2\\times10^7$ binary", "质量为 2乘以10的7次方"),
    "plain plus-minus": ("a mass of 6 +/- 4 x10^10 Msun", "质量为 6±4×10^10 太阳质量"),
    "shared by plus-minus": ("an age of 11.2 +- 0.6 Myr", "年龄约 1100 万年"),
    "ordinal": ("on postoperative day 5", "术后第 5 天"),
    "two groups": (
        "We find 5 clusters to be outliers alone, and additional 6 in all",
        "发现 11 个异常星团",
    ),
    "tied": ("$\\sim 0.9-2.4~\\times10^{5} M_{\\odot}$ within $1-8~\\mathrm{days}$", "0.9-2.4×10^5，1-8 天"),
    "stacked": ("0.5$\\substack{+0.4 \\\\ -0.3} \\times$ 10$^{8}$ M", "0.5 (+0.4, -0.3) × 10^8"),
    "area": ("below $2.4 \\times 10^{-24} \\mathrm{cm^2}$/GeV", "小于 2.4乘以10的负24次方平方厘米"),
    "period": ("over 3-5 cycles", "历经 3-5个周期"),
    "grade": ("mathematics of the sixth grade", "6年级数学"),
    "two errors": (
        "$M=1.08_{-0.09}^{+0.08}~({\\rm stat})\\pm 0.09~({\\rm syst})\\times 10^{15}\\,\\mathrm{M}_\\odot$",
        "质量为 1.08×10¹⁵ M☉",
    ),
    "solar masses": ("(median $M \\approx 10^{6.7}~\\mathrm{M}_\\odot$)", "中值 M*≈10^6.7 M⊙"),
    "rise": ("lift CTR by \\textbf{+8.18\\%}", "CTR+8.18%"),
    "index of a step": ("the negative term $\\|x^k-\\hat{x}^{k-1}\\|^2$", "利用负项 ‖x^k-x̂^{k-1}‖²"),
    "tens of millions": ("over 50 million flights", "包含 5000多万航班"),
    "bare gain": ("93.3\\% are unstable (+5.0 over the baseline)", "比基线提升 5.0%"),
    "cut off": ("yields 206.8k question pairs", "构建了 20.6 万个问答对"),
    "half in words": ("the error is halved", "误差减半"),
    "century": ("novels of the 1880s", "19 世纪 80 年代的小说"),
    "compound": ("2D images and 3D points", "2D-3D 一致性"),
    "bare dollars": ("a market of $5 million a year", "每年 500 万美元"),
    "once more as fast": ("a 2x speedup", "快一倍"),
    "metric": ("mean average precision at IoU 0.5 of 99.5 percent", "mAP@0.5 达到 99.5%"),
    "sonnet": ("We study English sonnets.", "研究英语十四行诗"),
    "noun left out": (
        "In 28 languages, ten languages gain and four do not.",
        "28 种语言中有 10 种语言受益，4 种语言没有",
    ),
    "decades": ("over two decades", "二十年来"),
    "a dozen things": ("a dozen of methods", "十二个方法"),
    "blank between thousands": ("50 000 samples", "5 万个样本"),
    "idioms": ("We study codes.", "十六进制与正二十面体"),
    "gas": ("emissions of carbon dioxide", "CO2 排放"),
    "nineteenth": ("nineteenth-century novels", "19 世纪的小说"),
    "next noun": ("Spanning 9 tasks and 11 languages", "包含9个任务、11种语言的数据"),
    "glued name": ("on the ABCDdataset of sounds", "在 ABCD 数据集上"),
    "ket": ("a three-qubit state", "对量子态 |111⟩ 施加负号"),
}
WRONG = {
    "power of ten": ("The error is about $10^{-6}$.", "误差约为 10^{-7}", "number"),
    "power": ("We draw $10^6$ samples.", "抽取 10^7 个样本", "number"),
    "mantissa": ("a mass of $(1.60\\pm0.16)\\times10^7$ kg", "质量为 1.80×10^7 kg", "number"),
    "uncertainty": ("an age of $1.5 \\pm 0.2$ kpc", "距离 1.5±0.3 kpc", "number"),
    "flux": ("a flux of 20 $\\mu$Jy", "流量为 20 微焦耳", "unit"),
    "pressure": ("at a pressure of 3 GPa", "压力为 3 MPa", "unit"),
    "angle": ("a resolution of 0.5 arcsec", "分辨率为 0.5 角分", "unit"),
    "article": ("It takes less than a millisecond.", "耗时小于 3 毫秒", "number"),
    "length as time": ("a tail of 30 kpc", "一个 30 千秒的尾流", "unit"),
    "about": ("about 20 orbits were found", "约发现了约 30 条轨道", "number"),
    "over": ("more than 90% of them fail", "其中超过 60% 失败", "number"),
    "before a Latin word": ("a set of 300k pairs", "包含 34万QA对", "number"),
    "unit before a Latin word": ("made in 22 nm FDSOI", "采用42纳米FDSOI工艺", "number"),
    "numbered name": ("We use OWL 2.0 throughout.", "全程采用 OWL 7.0", "number"),
    "name of a star": ("the quasar PDS 456", "对类星体 PDS 451 的高分辨率观测", "number"),
    "complement": ("47% improve and 3% fail", "有 97% 得到改进", "number"),
    "power of two": ("for $t$ up to $2^{24}$", "当 t 大到 2^34 时", "number"),
    "times for percent": ("the error falls to 14%", "误差降至 14 倍", "unit"),
    "unit behind plus-minus": ("a scale of $1.02\\pm0.03$ kpc", "尺度为 1.02 pc", "unit"),
    "scale": ("We use 500 recordings.", "采用 500 万小时录音", "unit"),
    "at most": ("14 teams took part", "不超过 13 支队伍参赛", "number"),
    "half": ("the error falls by 20%", "误差减半", "number"),
    "century": ("novels of the 1880s", "17 世纪的小说", "number"),
    "bare dollars": ("a market of $5 million a year", "每年 500 万欧元", "number"),
    "pressure of blood": ("a difference of 9.4 mmHg", "相差 9.4 kPa", "unit"),
    "amount": ("at 5.2 mmol/L", "浓度为 5.2 mol/L", "unit"),
    "times from nowhere": ("48 rooms, 12 hours and 3 models", "速度提高了 17 倍", "number"),
    "kelvin": ("at a temperature of 300 K", "温度为 300 ℃", "unit"),
    "money": ("a cost of 5 million euros", "耗资 500 万美元", "number"),
    "name in brackets": ("We study echoes.", "优于基线方法（HMM）", "name"),
    "mixed name in brackets": ("We study echoes.", "优于前人的模型（WavBird）", "name"),
    "dozen": ("More than a dozen data sets are used.", "使用了三十余个数据集", "number"),
    "joint count": ("We compare eight generic and five personal methods.", "比较了 14 种方法", "number"),
}


@pytest.mark.parametrize(("source", "answer"), RIGHT.values(), ids=RIGHT)
def test_borne_out(source: str, answer: str) -> None:
    """Said in other words, and right."""
    assert verify.check(source, answer + FILLER) == ()


@pytest.mark.parametrize(("source", "answer", "kind"), WRONG.values(), ids=WRONG)
def test_not_borne_out(source: str, answer: str, kind: str) -> None:
    """A close relative of what is right, and wrong."""
    assert kind in {doubt.kind for doubt in verify.check(source, answer + FILLER)}
