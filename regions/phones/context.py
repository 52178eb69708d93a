"""What stands around digits: the words that make them a telephone number, or something else."""

import re

# Words that announce a telephone number.
PHONE_WORD = (
    r"(?:电话|电話|電話|热线|熱線|客服|手机|手機|座机|固话|联系方式|致电|拨打|撥打|来电|拨|咨询|报修|预约|总机|专线|呼叫|传真"
    r"|投诉|举报|报警|急救|火警|匪警|服务号|售后|查号|(?<![a-z])(?:tel|telephone|phone|mobile|hotline|call|fax|dial|service)(?![a-z]))"
)
# Words after which digits are an identifier or an amount, never a number to call.
_NOT_PHONE = (
    r"(?:QQ群?|微信|支付宝|订单|单号|编号|工号|身份证|证件|账号|帐号|账户|卡号|税号|信用代码|注册号|许可证|备案|ICP|邮编|邮政编码|股票"
    r"|代码|型号|序列号|条码|条形码|批号|合同|发票|编码|货号|金额|合计|总价|售价|价格|现价|原价|特价|到手价|面积|(?<![a-z])(?:id|sn|s/n|order|no|wechat|sku|zip))"
)
_FILLER = r"[\s:=(,\"'“”‘’#-]{0,4}"

_negative = re.compile(rf"{_NOT_PHONE}(?:号码|号|群|为|是)?\.?{_FILLER}$", re.I)
# `Tel. No. …`, `电话/微信:…`: the identifier's word belongs to the phone word before it.
_positive_number = re.compile(
    rf"(?:(?<![a-z])(?:tel|telephone|phone|mobile|hotline|call)\.? ?no\.?|{PHONE_WORD}(?:号码|号)?[/&+|、][^\d:]{{1,4}}) ?:? ?$",
    re.I,
)
# The word, then anything but the end of a clause; at most 14 characters, none of them a digit.
_before = re.compile(rf"{PHONE_WORD}[^。!?;,、\d]{{0,14}}$", re.I)
_label = re.compile(rf"{PHONE_WORD}(?:号码|号|为|是|码)?(?:\([^()\d]{{0,8}}\))?[ ]?[:=-]?\s{{0,4}}\(?$", re.I)
_after = re.compile(
    r" ?[\"”’)]?(?:客服|服务|投诉|举报|消费|政务|市民|便民|咨询|维权){0,2}(?:电话|热线|专线|客服|平台|号码)"
)
_money_before = re.compile(r"[¥￥$€£] ?$")
_unit_after = re.compile(r" ?(?:[元万亿%‰℃㎡]|块钱|人民币)")
_count_after = re.compile(
    r" ?(?:[元块万亿千百%‰℃㎡年月日天台个件人次家条部套位米秒岁只支款项户名倍折字页层栋楼室份点:~]|转(?! ?[0-9接])|分钟|小时|公里|平方|千克|kg|km|cm|mm|ml|w\b|g\b|号线|号楼|号院)",
    re.I,
)
_clock_after = re.compile(r" ?(?:小时|天|年|月|日|点|分钟|[hH]\b|:|/7)")
_WINDOW = 28


def window(text: str, at: int) -> str:
    """The end of the line before `at`; a line that starts here sees the end of the line above it."""
    begin = max(0, at - _WINDOW)
    before = text[begin:at]
    line = before.rstrip()
    return line[line.rfind("\n") + 1 :] + before[len(line) :]


def says_identifier(before: str) -> bool:
    """The words just before say that what follows is an account, an order, a price …"""
    if _positive_number.search(before):
        return False
    return bool(_negative.search(before) or _money_before.search(before))


def says_phone(before: str) -> bool:
    """A phone word stands in the same clause before."""
    return bool(_before.search(before))


def labels_phone(before: str) -> bool:
    """A phone word is the label right before."""
    return bool(_label.search(before) or _positive_number.search(before))


def phone_follows(text: str, at: int) -> bool:
    """`12345热线`: the phone word stands after the digits."""
    return bool(_after.match(text, at))


def is_amount(text: str, at: int, *, short: bool) -> bool:
    """A unit follows: money for any digits, any counted thing for short ones."""
    return bool((_count_after if short else _unit_after).match(text, at))


def is_clock(text: str, at: int) -> bool:
    """A unit of time follows, as in `- 24小时`."""
    return bool(_clock_after.match(text, at))
