"""The words and forms of which `grammar.py` makes its texts."""


def of(words: str) -> list[str]:
    return words.split("|")


SERVED = of("服务区域|服务范围|覆盖城市|已开通城市|可上门地区|上门服务区域|覆盖区域|服务城市")
NOT = of("暂未开通|不支持上门|未覆盖地区|无法上门|不包括|除外地区|停止服务|服务盲区|不发货地区|无网点")
PAUSED = of("暂停服务|暂停接单|临时关闭|停运")
PENDING = of("即将开通|筹建中|规划中|敬请期待")
KNOWN = NOT + PAUSED + PENDING + of("竞品|疑似|另议")
SAID_BEHIND = of("暂未开通|不支持上门|无法上门|停止服务|暂停服务|暂停接单|停运")
# Words of the same senses that are rarer; nobody has to know them, but whoever does not cannot take the list for served.
RARE = {
    "not": of("已下线|超区|免开尊口|已解约|黑名单|限制配送|无售后|已撤销网点|拒收|谢绝|Closed|Not covered|We do not serve|Excluded areas"),
    "limited": of("有限服务|限量服务|仅限主城区|仅限市区|仅保内|需到店|部分支持|受限区域|Limited service|Restricted areas"),
    "paused": of("检修中|休业|整顿|冻结|停摆|歇业|Paused|On hold|Temporarily closed|Suspended"),
    "pending": of("2027年开通|将开通|二期|招募中|拓展中|申请中|审批中|预告|筹备中|待开通|Pending|Coming soon|Planned|TBD"),
    "others": of("友商|友商覆盖|其他品牌|第三方|工厂所在地|生产基地|他人代理|外地|客户分布|办事处|发货地|2019年名单|Warehouses|Formerly"),
}  # fmt: skip
COLON = of("{h}：|{h}:|{h}： |{h}:\n|{h}：\n|{h}地区：|以下地区{h}：|{h}如下：|- {h}：|①{h}：|{h}=")
BRACKETS = of("【{h}】|[{h}]|【{h}】\n|「{h}」\n|《{h}》\n|“{h}”：")
OWN_LINE = of("{h}\n|=== {h} ===\n|—— {h} ——\n|★{h}★\n|◆{h}\n|一、{h}\n|（一）{h}\n|{h}\n----\n")
MARKDOWN = of("## {h}\n|### {h}\n\n|**{h}**\n|**{h}**：|**{h}：**|*{h}*\n|> {h}\n")
HTML = of("<h3>{h}</h3>\n|<p>{h}</p>\n|<b>{h}</b>：|<strong>{h}</strong><br>|<dt>{h}</dt><dd>")
NO_COLON = [*of("{h}\t|{h} |{h} - |{h}；|{h}。\n|{h}/|{h}→|{h}>|{h}~|（{h}）"), "{h}|"]
VERBS = of("{h}的城市有|{h}区域包括|{h}的有：|注：{h}\n|说明：以下{h}\n|温馨提示：{h}：")
SEPARATORS = ["、", "，", "；", "\t", "|", " | ", "/", ",", " "]
LINES = of("\n|\n- |\n* |、\n|\n\n")
BEHIND = of("{l}{h}|{l} {h}|{l}：{h}|{l}等地{h}|{l}等{h}|{l}均{h}|{l}目前{h}|{l}——{h}|{l}，{h}")
OF_ALL = of("{l}等地{h}|{l}等{h}|{l}均{h}|{l}都{h}|{l}等地均{h}")
ABOVE = of("{l}\n（以上{h}）|{l}\n以上地区{h}|{l}\n※以上{h}|{l}\n上述地区{h}")
STATES = of(
    "（暂停）|（暂停服务）|（即将开通）|（未开通）|(筹建中)|（已停止）|（待开通）|（规划中）|（停运）|（已关闭）|（不上门）|（无网点）|（2027年开通）|"
    "(coming soon)|(closed)|（否）|（已取消）|（待定）"
)
LIKE_A_HEADING = of("（×）|❌|（已停止）|（暂停服务）|：暂停服务|：未开通|-暂停|【暂停】")
PARTS = of(
    "部分区域|（主城区）|市区|(仅市区)|（部分）|周边|（偏远乡镇除外）|（部分乡镇不覆盖）|大部分地区|（限三环内）|近郊"
)
WHOLE = of("全境|全域|（全境）|(全境覆盖)|所有区县|各区县|（24小时上门）")
EXCEPT = of(
    "{b}除{w}外|{b}（除{w}外）|{b}（{w}除外）|{b}(不含{w})|{b}（不包括{w}）|除{w}外{b}|{b}（{w}暂未开通）|{b}全境（{w}除外）|{b} 不含{w}|"
    "{b}（{w}不上门）|{b}（除了{w}）|{b}[{w}除外]|{b}（排除{w}）|{b}（{w}以外）|{b}（{w}停运）|{b}（但不含{w}）"
)
LABELLED = of(
    "{b}（未覆盖：{w}）|{b}（盲区：{w}）|{b}(except {w})|{b} excl. {w}|{b}（w/o {w}）|{b}不做{w}|{b}不去{w}"
)
NEXT = of("{b}\n{w}除外|{b}\n（{w}除外）|{b}；{w}除外|{b}，不含{w}|{b}，除{w}|{b}\n其中{w}暂停")
ONLY = of("{b}（{w}）|{b}（仅{w}）|{b}仅限{w}|{b}（只做{w}）|{b}：{w}")
HEADED = of("{c}：{o}、{x}|### {c}\n{x}、{o}|{c}（{x}、{o}）")
STRUCK = of("~~{x}~~|<del>{x}</del>|<s>{x}</s>|<strike>{x}</strike>")
YES = of("已开通|正常|是|√|有|服务中|覆盖|可上门|✔|营业中|支持")
NO = of(
    "未开通|否|×|无|停业|暂停|停运|筹建中|规划|待开通|即将开通|不支持|✗|已撤点|待定|closed|审核中|冻结|已退出|TBD|❌"
)
STATE_HEADS, OTHER_HEADS = of("状态|是否开通|服务状态|是否覆盖|开通情况"), of("备注|说明|网点|情况")
